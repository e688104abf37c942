import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { installAtomically } from '../support/cache.mjs';
import { findProgram } from '../support/find-program.mjs';
import { attempt, run, runAsScript, say } from './run.mjs';
import { CODE_SERVER, CODE_SERVER_NODE } from './versions.mjs';
import { findWorkbench, nodePackage, workbenchFolder, workbenchNode } from './workbench-home.mjs';

/**
 * Puts code-server, the workbench that runs in a browser, into the cache folder together with the
 * Node.js that it insists on. Does nothing the second time.
 *
 * @returns {Promise<import('./run.mjs').Missing[]>}
 */
export async function setUpWorkbench() {
  if (findWorkbench()) {
    say(`the workbench (code-server ${CODE_SERVER}) is here`);
    return [];
  }
  return attempt(
    `install the workbench, code-server ${CODE_SERVER} (about 700 MB, a minute)`,
    'run node scripts/setup/workbench.mjs again where npm reaches its registry',
    () => installAtomically(workbenchFolder(), install),
  );
}

async function install(staging) {
  const npm = findProgram('npm');
  if (!npm) throw new Error('There is no npm in PATH.');
  const install = ['install', '--ignore-scripts', '--no-fund', '--no-audit', '--no-package-lock'];
  await writeFile(join(staging, 'package.json'), '{ "private": true }\n');
  const node = `${nodePackage()}@${CODE_SERVER_NODE}`;
  await run(npm, [...install, node], { cwd: staging, env: cleanEnvironment() });

  // From here on npm itself runs on that Node.js: code-server refuses to be installed by another.
  const env = cleanEnvironment(dirname(workbenchNode(staging)));
  await run(npm, [...install, `code-server@${CODE_SERVER}`], { cwd: staging, env });
  const vscode = join(staging, 'node_modules', 'code-server', 'lib', 'vscode');
  await run(npm, [...install, '--omit=dev'], { cwd: vscode, env });
  await run(npm, [...install, '--omit=dev', '--prefix', 'extensions'], { cwd: vscode, env });
  try {
    await run(npm, ['rebuild', '--ignore-scripts=false', '@vscode/spdlog'], { cwd: vscode, env });
  } catch (error) {
    // It compiles C++. Without it the workbench works and its log files stay empty.
    say(`the workbench will write no log files: ${error.message.split('\n')[0]}`);
  }
}

/** The environment less what an `npm run` of this project puts there for its own children. */
function cleanEnvironment(firstInPath) {
  const ours = /^(npm_(package|lifecycle|command|execpath|node_execpath)|INIT_CWD$|NODE_OPTIONS$|NODE$)/;
  const project = /^npm_config_(local_prefix|prefix|ignore_scripts|omit|omit_lockfile_registry_resolved)$/i;
  const kept = Object.entries(process.env).filter(([name]) => !ours.test(name) && !project.test(name));
  const env = Object.fromEntries(kept);
  if (firstInPath) env.PATH = `${firstInPath}:${env.PATH}`;
  return env;
}

await runAsScript(import.meta.url, setUpWorkbench);
