import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';

/**
 * `import source from 'elk-worker-source'` gives elk's worker as text. A webview can start a worker
 * from a Blob only: its pages may not run scripts of the extension's own address as workers.
 * @returns {import('esbuild').Plugin}
 */
export function elkWorker() {
  const path = createRequire(import.meta.url).resolve('elkjs/lib/elk-worker.min.js');
  return {
    name: 'elk-worker-source',
    setup(build) {
      build.onResolve({ filter: /^elk-worker-source$/ }, () => ({ path, namespace: 'elk-worker-source' }));
      build.onLoad({ filter: /.*/, namespace: 'elk-worker-source' }, async () => ({
        contents: await readFile(path, 'utf8'),
        loader: 'text',
        watchFiles: [path],
      }));
    },
  };
}
