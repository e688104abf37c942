import assert from 'node:assert/strict';
import { isTestPath } from '../../src/text/testPath';

describe('isTestPath', () => {
  for (const folder of [
    'src/test', 'src/it', 'src/integration-test', 'src/contractTest', 'src/testFixtures', 'src/acceptance-test',
    'test/resources', 'tests/fixtures',
  ]) {
    it(`knows ${folder}`, () => assert.equal(isTestPath(`/shop/orders/${folder}/application.yml`), true));
  }

  for (const folder of ['src/main/resources', 'src/latest', 'src/contest', 'test']) {
    it(`leaves ${folder} alone`, () => assert.equal(isTestPath(`/shop/orders/${folder}/application.yml`), false));
  }
});
