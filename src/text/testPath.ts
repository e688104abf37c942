/**
 * Folders of tests: what stands there never holds in production. Gradle names a source set after its kind of
 * test: `src/contractTest`, `src/testFixtures`.
 */
const testFolder = new RegExp('/(' + [
  'src/([tT]est[a-zA-Z]*|[a-zA-Z]+(Test|-test)[a-zA-Z]*|integrationtest|it)', 'test/resources', 'tests?/fixtures',
].join('|') + ')/');

/** True for a file in a folder of tests, by the layouts of Maven, Gradle and `test/fixtures`. */
export function isTestPath(path: string): boolean {
  return testFolder.test(path);
}
