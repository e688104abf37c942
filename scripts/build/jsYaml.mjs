import { transform } from 'esbuild';
import { readFile } from 'node:fs/promises';

/**
 * js-yaml makes its parser's state by spreading two objects into one. In Node 20 (V8 11.3) each object
 * made so gets a hidden class of its own once the code is hot; all functions that read the state then
 * take the slow way, and parsing costs several times what it did at first. Written without spread, all
 * states share one class. Only this package is rewritten: elsewhere spread is the quicker way.
 */
export const jsYaml = {
  name: 'js-yaml',
  /** @param {import('esbuild').PluginBuild} b */
  setup(b) {
    b.onLoad({ filter: /[\\/]node_modules[\\/]js-yaml[\\/].*\.m?js$/ }, async ({ path }) => {
      const options = { supported: { 'object-rest-spread': false }, loader: /** @type {const} */ ('js') };
      const { code } = await transform(await readFile(path, 'utf8'), options);
      return { contents: code, loader: 'js' };
    });
  },
};
