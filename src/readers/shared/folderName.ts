import { dirName } from '../../text/sourceFile';

/** Folders that say where configuration lies, not what it configures. */
const generic = new Set([
  'config', 'configs', 'configuration', 'conf', 'etc', 'resources', 'main', 'src', 'properties', 'kafka',
  'docker', 'test', 'java', 'client', 'clients', 'settings', 'env', 'kotlin', 'scala', 'deploy', 'deployment',
  'k8s', 'kubernetes', 'manifests', 'base', 'overlays', 'templates', 'charts', 'helm', 'infra',
  'infrastructure', 'app', 'meta-inf', 'web-inf', 'webapp', 'liberty', 'distro', 'classes', 'target', 'build',
]);

/** The nearest folder with a telling name: what a service is named after where no key names it. */
export function folderName(path: string): string | undefined {
  const folders = dirName(path).split('/').filter((f) => f !== '');
  return folders.findLast((f) => !generic.has(f.toLowerCase())) ?? folders.at(-1);
}
