import { cp, mkdir, readFile, realpath, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { findWorkbench } from '../setup/workbench-home.mjs';
import { ownFolder } from '../support/owned-folder.mjs';
import { freePorts } from '../support/ports.mjs';
import { until } from '../support/until.mjs';
import { QUIET_SETTINGS, RESTRICTED_SETTINGS, THEMES } from './settings.mjs';

/**
 * @typedef {object} WorkbenchOptions
 * @property {string} folder the workspace
 * @property {string | readonly string[]} [vsix] extensions to install, as packages
 * @property {Record<string, unknown>} [settings] user settings, over those that keep the screen calm
 * @property {import('./settings.mjs').Theme} [theme] default `dark`
 * @property {boolean} [inPlace] opens `folder` itself and not a copy of it: for a person, not for tests
 * @property {boolean} [restricted] opens the workspace as one that nobody trusts: in Restricted Mode
 * @property {number} [port] default: a free one
 * @property {Record<string, string>} [env] added to the environment of the extension host
 */

/**
 * @typedef {object} RunningWorkbench
 * @property {string} url opens the workspace; the host is the loopback address
 * @property {string} folder the workspace that is open: the copy, where it is one
 * @property {string} userData holds settings and `logs/`
 * @property {number} pid
 * @property {() => string} lastLines the end of what the server printed
 * @property {() => Promise<void>} stop ends it and removes all that it wrote
 */

/**
 * Starts VS Code's workbench as a server for browsers, with its own extensions and user folders,
 * and returns when it serves. It ends with this process, however that ends.
 *
 * @param {WorkbenchOptions} options
 * @returns {Promise<RunningWorkbench>}
 */
export async function startWorkbench(options) {
  const { folder, vsix = [], settings = {}, theme = 'dark', inPlace = false, restricted = false, port, env } = options;
  const installed = findWorkbench();
  if (!installed) throw new Error('The workbench is not installed: run node scripts/setup/workbench.mjs');
  const owned = ownFolder('workbench');
  try {
    const { dir } = owned;
    const userData = join(dir, 'user-data');
    const workspace = inPlace ? await realpath(folder) : join(dir, 'workspace', basename(resolve(folder)));
    await mkdir(join(userData, 'User'), { recursive: true });
    await mkdir(join(dir, 'tmp'));
    if (!inPlace) await cp(folder, workspace, { recursive: true });
    await writeFile(join(userData, 'User', 'settings.json'), JSON.stringify({
      ...QUIET_SETTINGS, ...(restricted && RESTRICTED_SETTINGS), 'workbench.colorTheme': THEMES[theme], ...settings,
    }, null, 2));
    const [free] = port === undefined ? await freePorts(1) : [port];
    // A configuration file of its own keeps it from making one in the home folder.
    await writeFile(join(dir, 'config.yaml'), `bind-addr: 127.0.0.1:${free}\nauth: none\ncert: false\n`);

    const extensions = join(dir, 'extensions');
    await copyExtensions(installed, [vsix].flat(), extensions);
    const server = owned.start(installed.node, [
      installed.entry, '--config', join(dir, 'config.yaml'), '--user-data-dir', userData, '--extensions-dir', extensions,
      '--auth', 'none', '--bind-addr', `127.0.0.1:${free}`, '--disable-telemetry',
      '--disable-update-check', ...(restricted ? [] : ['--disable-workspace-trust']),
      '--disable-getting-started-override', workspace,
    ], { log: 'server', env: { ...environment(dir), ...env } });
    const address = `http://127.0.0.1:${free}`;
    await until(async () => (await fetch(`${address}/healthz`)).ok, {
      what: `the workbench at ${address}`, giveUp: () => server.ended(),
    });
    return {
      url: `${address}/?folder=${encodeURIComponent(workspace)}`,
      folder: workspace,
      userData,
      pid: server.pid,
      lastLines: () => server.lastLines(),
      stop: () => owned.remove(),
    };
  } catch (error) {
    await owned.remove();
    throw error;
  }
}

/** Folders of installed extensions by their packages; each lives as long as this process. @type {Map<string, Promise<string>>} */
const installations = new Map();

/** Installs packages into a folder: the first time by the workbench itself, later by a copy, which is there sooner. */
async function copyExtensions(installed, files, to) {
  const key = files.join('\n');
  if (!installations.has(key)) installations.set(key, installExtensions(installed, files));
  const from = await installations.get(key);
  await cp(from, to, { recursive: true });
  // The list names each extension's folder by its whole path.
  const list = join(to, 'extensions.json');
  if (files.length > 0) await writeFile(list, (await readFile(list, 'utf8')).replaceAll(from, to));
}

async function installExtensions(installed, files) {
  const owned = ownFolder('extensions');
  const { dir } = owned;
  const extensions = join(dir, 'extensions');
  await mkdir(extensions);
  await mkdir(join(dir, 'tmp'));
  await writeFile(join(dir, 'config.yaml'), 'auth: none\ncert: false\n');
  for (const file of files) {
    const install = owned.start(installed.node, [
      installed.entry, '--config', join(dir, 'config.yaml'), '--user-data-dir', join(dir, 'user-data'),
      '--extensions-dir', extensions, '--install-extension', resolve(file), '--force',
    ], { log: 'install', env: environment(dir) });
    const how = await install.exited();
    if (how !== 'exited with 0') throw new Error(`${file} could not be installed:\n${install.ended()}`);
  }
  return extensions;
}

/** The environment of a workbench that keeps to a folder. */
function environment(dir) {
  return {
    ...withoutVsCode(process.env),
    EXTENSIONS_GALLERY: '{"serviceUrl":""}',
    // Its sockets would stay behind in the machine's folders.
    TMPDIR: join(dir, 'tmp'),
    XDG_RUNTIME_DIR: join(dir, 'tmp'),
    XDG_DATA_HOME: join(dir, 'data'),
  };
}

/** Started from a terminal of VS Code, the server would talk to that window instead of being one. */
function withoutVsCode(env) {
  const theirs = /^(VSCODE_|ELECTRON_|CODE_SERVER_|PORT$)/;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !theirs.test(name)));
}
