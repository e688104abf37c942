import { isTestPath } from '../../text/testPath';

/** Profiles that mean the real thing, where the user chose none. */
const productionLike = /^(prod|production|prd|live)$/i;

/**
 * True if values of a profile hold.
 * @param chosen the setting `tailrace.profile`: names with commas; undefined for production-like.
 */
export function profileIsActive(profile: string, chosen: string | undefined): boolean {
  if (chosen === undefined || chosen.trim() === '') return productionLike.test(profile);
  return chosen.split(',').some((name) => name.trim().toLowerCase() === profile.toLowerCase());
}

/** True for a file in a folder of tests, unless the user chose the profile `test`. */
export function isTestOnly(path: string, chosen: string | undefined): boolean {
  return isTestPath(path) && !profileIsActive('test', chosen);
}

/** Folders that hold one folder an environment: Kustomize's overlays, GitOps repositories. */
const environmentFolder = /(?:^|\/)(?:overlays?|environments?|envs?|stages?|clusters)\/([^/]+)\//gi;

/** Where such a folder is looked for: what lies far above a file is where somebody keeps the repository. */
const nearest = /(?:[^/]*\/){0,5}[^/]*$/;

/** Words by which people call an environment that is not the real thing. */
const otherWords =
  /^(dev|develop|development|test|testing|tests|qa|uat|e2e|ci|int|integration|stage|stg|staging|preprod|nonprod|preview|sandbox|local|localhost|minikube|kind|demo|perf|loadtest|ephemeral)$/i;

/**
 * True for a file that is of another environment than the chosen one, by the folder that it lies in:
 * `overlays/staging/`. Folders whose names are of no environment (`overlays/with-tls/`) hold for all.
 */
export function isOtherEnvironment(path: string, chosen: string | undefined): boolean {
  const near = nearest.exec(path)?.[0] ?? path;
  for (const [, folder = ''] of near.matchAll(environmentFolder)) {
    const words = folder.replace(/(non|pre)[-_]prod/gi, '$1prod').split(/[-_.]/);
    const isOther = words.some((word) => otherWords.test(word));
    if (!isOther && !words.some((word) => productionLike.test(word))) continue;
    const isActive = profileIsActive(folder, chosen) || words.some((word) => profileIsActive(word, chosen));
    if (!isActive || (isOther && (chosen === undefined || chosen.trim() === ''))) return true;
  }
  return false;
}
