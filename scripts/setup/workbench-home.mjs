import { join } from 'node:path';
import { cacheFolder, isInstalled } from '../support/cache.mjs';
import { CODE_SERVER } from './versions.mjs';

/** The npm package whose only content is a Node.js for this machine. @returns {string} */
export function nodePackage() {
  return `node-${process.platform}-${process.arch}`;
}

/** The folder of the cache that holds the workbench and its Node.js. @returns {string} */
export function workbenchFolder() {
  return join(cacheFolder(), `code-server-${CODE_SERVER}`);
}

/** The Node.js in a workbench's folder. @param {string} folder @returns {string} */
export function workbenchNode(folder) {
  return join(folder, 'node_modules', nodePackage(), 'bin', 'node');
}

/**
 * The workbench's Node.js and entry script, when it is installed.
 *
 * @returns {{ node: string, entry: string, version: string } | undefined}
 */
export function findWorkbench() {
  const folder = workbenchFolder();
  if (!isInstalled(folder)) return undefined;
  const entry = join(folder, 'node_modules', 'code-server', 'out', 'node', 'entry.js');
  return { node: workbenchNode(folder), entry, version: CODE_SERVER };
}
