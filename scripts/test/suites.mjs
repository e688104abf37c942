import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A group of test files. They run in one mocha process, one after the other, or in lanes.
 *
 * @typedef {object} Suite
 * @property {string} name as given to `npm test -- <name>`
 * @property {readonly string[]} folders of `test/`; none means all that no other suite has
 * @property {readonly ('build' | 'package' | 'brokers' | 'workbench')[]} needs
 * @property {number} [lanes] how many processes run side by side
 * @property {'one' | 'many'} [perProcess] files of a process, where there are lanes. `one` (default)
 *   is for tests that mostly wait (for a lease to run out, for a client to come back), and whose
 *   files each start parts of their own; `many` is for short files, which a start of a process
 *   each would make longer.
 * @property {number} timeout of one test, in milliseconds, where it does not set its own
 * @property {number} limit of the whole suite, in seconds; past it the suite is stopped and has failed
 */

/** In the order they run: what fails soonest and tells most comes first. @type {readonly Suite[]} */
export const SUITES = [
  { name: 'unit', folders: [], needs: [], lanes: 2, perProcess: 'many', timeout: 10_000, limit: 300 },
  { name: 'protocol', folders: ['lsp', 'cli'], needs: ['build'], timeout: 30_000, limit: 300 },
  { name: 'brokers', folders: ['brokers'], needs: ['build', 'brokers'], lanes: 3, timeout: 60_000, limit: 1500 },
  { name: 'faults', folders: ['faults'], needs: ['brokers'], lanes: 2, timeout: 90_000, limit: 900 },
  { name: 'e2e', folders: ['webview', 'e2e'], needs: ['package', 'brokers', 'workbench'], lanes: 2, timeout: 120_000, limit: 1500 },
];

/**
 * The test files of a suite, sorted, relative to the top folder.
 *
 * @param {Suite} suite
 * @returns {string[]}
 */
export function filesOf(suite) {
  const taken = SUITES.flatMap(({ folders }) => folders);
  const rest = () => readdirSync('test').filter((name) => name !== 'support' && !taken.includes(name));
  const folders = suite.folders.length > 0 ? suite.folders : rest();
  return folders
    .map((folder) => join('test', folder))
    .filter((path) => existsSync(path) && statSync(path).isDirectory())
    .flatMap(testFilesUnder)
    .sort();
}

function testFilesUnder(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return testFilesUnder(path);
    return entry.name.endsWith('.test.ts') ? [path] : [];
  });
}
