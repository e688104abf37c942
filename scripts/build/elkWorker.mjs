import { createRequire } from 'node:module';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const SOURCE = 'elkjs/lib/elk-worker.min.js';

/**
 * elk's worker ships once, as `elk-worker.js`: a script that defines the function `elkWorker`. A page
 * makes a Blob of the function's text, since it may start a worker from a Blob only; Node takes what
 * the function exports.
 * @param {string} outdir
 */
export async function writeElkWorker(outdir) {
  const source = await readFile(createRequire(import.meta.url).resolve(SOURCE), 'utf8');
  const script = [
    `var elkWorker = function (module, exports) {${source}\n};`,
    "if (typeof module === 'object') elkWorker(module, module.exports);",
  ].join('\n');
  await writeFile(join(outdir, 'elk-worker.js'), `${script}\n`);
}

/** In a Node program elk's worker is the shipped script, beside the webviews. @type {import('esbuild').Plugin} */
export const shippedElkWorker = {
  name: 'shipped-elk-worker',
  setup(build) {
    build.onResolve({ filter: /^elkjs\/lib\/elk-worker\.min\.js$/ }, () => ({
      path: './webview/elk-worker.js',
      external: true,
    }));
  },
};
