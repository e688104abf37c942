/**
 * Bundles everything that ships, into dist/: `node scripts/build.mjs [--sourcemap] [name …]`.
 * With names (`extension`, `server`, `live`, `cli`, `graph`, `tail`, `publish`, `redrive`, `drift`) only those are built.
 */
import { build } from 'esbuild';
import { chmod, copyFile, mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { shippedElkWorker, writeElkWorker } from './build/elkWorker.mjs';
import { jsYaml } from './build/jsYaml.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** Node programs by the name of their bundle. */
const programs = {
  extension: 'src/extension/main.ts',
  client: 'src/extension/languageClient.ts',
  server: 'src/server/main.ts',
  live: 'src/live/main.ts',
  cli: 'src/cli/main.ts',
  elk: 'src/workspace/elk.ts',
  msk: 'src/brokers/kafka/mskToken.ts',
};

const webviews = {
  graph: 'webview/graph/main.ts',
  tail: 'webview/tail/main.ts',
  publish: 'webview/publish/main.ts',
  redrive: 'webview/redrive/main.ts',
  drift: 'webview/drift/main.ts',
};

const copies = { 'flow.schema.json': 'src/model/flowSchema/flow.schema.json' };

/** @type {(path: string) => Promise<boolean>} */
const exists = (path) =>
  stat(join(root, path)).then(
    () => true,
    () => false,
  );

/**
 * Parts that most runs never need: an `import()` of one becomes a `require` of its own bundle, so
 * that nothing else grows by it and no two bundles hold it.
 * @type {Record<string, keyof typeof programs>}
 */
const late = {
  'src/extension/languageClient.ts': 'client',
  'src/workspace/elk.ts': 'elk',
  'src/brokers/kafka/mskToken.ts': 'msk',
  'src/live/main.ts': 'live',
  'src/server/main.ts': 'server',
};

const lateParts = {
  name: 'late-parts',
  /** @param {import('esbuild').PluginBuild} b */
  setup(b) {
    b.onResolve({ filter: /^\.{1,2}\// }, ({ kind, path, resolveDir }) => {
      if (kind !== 'dynamic-import') return undefined;
      const bundle = late[`${relative(root, resolve(resolveDir, path)).replaceAll('\\', '/')}.ts`];
      return bundle && { path: `./${bundle}.js`, external: true };
    });
  },
};

/**
 * The toolkit finds out whether the browser knows `:focus-visible` by adding a style element, which
 * the webviews' policy forbids; it would report a violation and draw focus rings at every click.
 */
const focusVisible = {
  name: 'focus-visible',
  /** @param {import('esbuild').PluginBuild} b */
  setup(b) {
    b.onLoad({ filter: /fast-web-utilities[\\/]dist[\\/]dom\.js$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const head = 'export function canUseFocusVisible() {';
      if (!text.includes(head)) throw new Error(`${path} has no canUseFocusVisible any more.`);
      return { contents: text.replace(head, `${head}\n  return true;`), loader: 'js' };
    });
  },
};

/** @type {(sourcemap: boolean) => import('esbuild').BuildOptions} */
const common = (sourcemap) => ({
  absWorkingDir: root,
  bundle: true,
  minify: true,
  sourcemap: sourcemap && 'linked',
  // jsonc-parser's `main` is UMD, whose requires no bundler can follow.
  mainFields: ['module', 'main'],
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true,
});

/** @type {(name: keyof typeof programs, outdir: string, sourcemap: boolean) => Promise<unknown>} */
async function bundleProgram(name, outdir, sourcemap) {
  const outfile = join(outdir, `${name}.js`);
  await build({
    ...common(sourcemap),
    entryPoints: [programs[name]],
    outfile,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    // In a CommonJS bundle `import()` of our own late part must become `require`, which knows `vscode`.
    supported: { 'dynamic-import': false },
    external: ['vscode'],
    plugins: [lateParts, jsYaml, shippedElkWorker],
  });
  if (name === 'cli') await chmod(outfile, 0o755);
}

/**
 * Bundles one webview as `<outdir>/<name>.js` and `.css`, with elk's worker beside that of the graph; tests use
 * it as well.
 * @param {string} name that of a folder of `webview/`
 * @param {string} outdir an absolute folder
 * @param {boolean} [sourcemap]
 */
export async function bundleWebview(name, outdir, sourcemap = false) {
  await build({
    ...common(sourcemap),
    entryPoints: { [name]: webviews[/** @type {keyof typeof webviews} */ (name)] },
    outdir,
    platform: 'browser',
    format: 'iife',
    // VS Code 1.91 runs on Chromium 122.
    target: 'chrome122',
    plugins: [focusVisible],
  });
  if (name === 'graph') await writeElkWorker(outdir);
}

/** @param {readonly string[]} args */
async function main(args) {
  const sourcemap = args.includes('--sourcemap');
  const wanted = args.filter((arg) => !arg.startsWith('--'));
  const known = [...Object.keys(programs), ...Object.keys(webviews)];
  const stranger = wanted.find((name) => !known.includes(name));
  if (stranger) throw new Error(`There is no bundle ${stranger}; there are ${known.join(', ')}.`);

  const dist = join(root, 'dist');
  await mkdir(join(dist, 'webview'), { recursive: true });
  /** @type {(name: string) => boolean} */
  const selected = (name) =>
    !wanted.length || wanted.includes(name) || (name === 'client' && wanted.includes('extension'));
  /** @type {string[]} */
  const missing = [];
  const jobs = [];
  for (const [name, entry] of Object.entries(programs)) {
    if (!selected(name)) continue;
    if (await exists(entry))
      jobs.push(bundleProgram(/** @type {keyof typeof programs} */ (name), dist, sourcemap));
    else missing.push(`${name} (${entry})`);
  }
  for (const [name, entry] of Object.entries(webviews)) {
    if (!selected(name)) continue;
    if (await exists(entry)) jobs.push(bundleWebview(name, join(dist, 'webview'), sourcemap));
    else missing.push(`webview/${name} (${entry})`);
  }
  for (const [name, from] of Object.entries(copies)) {
    if (await exists(from)) jobs.push(copyFile(join(root, from), join(dist, name)));
    else missing.push(`${name} (${from})`);
  }
  // Maps of an earlier build would not fit the new bundles; all else is overwritten.
  if (!wanted.length && !sourcemap) {
    for (const folder of [dist, join(dist, 'webview')]) {
      const maps = (await readdir(folder)).filter((name) => name.endsWith('.map'));
      await Promise.all(maps.map((name) => rm(join(folder, name))));
    }
  }
  // All jobs end before the first failure is told, so that nothing writes after the process said so.
  const failed = (await Promise.allSettled(jobs)).find((job) => job.status === 'rejected');
  if (failed) throw /** @type {PromiseRejectedResult} */ (failed).reason;
  for (const part of missing) console.warn(`build: skipped ${part}: its source does not exist.`);
  if (!wanted.length) console.log('build: dist/ is up to date.');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  main(process.argv.slice(2)).catch((error) => {
    console.error(`build: ${error.message}`);
    process.exitCode = 1;
  });
}
