import { readFileSync } from 'node:fs';

/**
 * Why `node_modules` is not what package-lock.json says, in words; undefined when it is. npm keeps
 * its own record of what it installed, which is compared package by package.
 *
 * @returns {string | undefined}
 */
export function staleDependencies() {
  const installed = readLock('node_modules/.package-lock.json');
  if (!installed) return 'node_modules is missing';
  const wanted = readLock('package-lock.json');
  if (!wanted) return undefined;
  for (const [path, { version, optional, link }] of Object.entries(wanted)) {
    // The first entry is the project itself; an optional package may be another system's.
    if (path === '' || link || (optional && !installed[path])) continue;
    const have = installed[path]?.version;
    if (have !== version) return `${path} is ${have ?? 'missing'}, package-lock.json has ${version}`;
  }
  return undefined;
}

function readLock(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}
