/** Profiles that mean the real thing, where the user chose none. */
const productionLike = /^(prod|production|prd|live)$/i;

/** Folders of tests: what configures a program there never holds in production. */
const testFolder = /\/(src\/(test|integration-?test|it)|test\/resources|tests?\/fixtures)\//i;

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
  return testFolder.test(path) && !profileIsActive('test', chosen);
}
