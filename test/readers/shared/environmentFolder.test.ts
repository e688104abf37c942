import assert from 'node:assert/strict';
import { isOtherEnvironment } from '../../../src/readers/shared/profile';

describe('folders of environments', () => {
  const out = (path: string, chosen?: string): boolean => isOtherEnvironment(`/repo/${path}`, chosen);

  it('leave out what is not production, unless another environment is chosen', () => {
    assert.ok(out('k8s/overlays/staging/topics.yaml'));
    assert.ok(out('environments/non-prod/kafka/topics.yaml'));
    assert.ok(out('clusters/dev-eu/topics.yaml'));
    assert.ok(!out('k8s/overlays/production/topics.yaml'));
    assert.ok(!out('clusters/prod-eu/topics.yaml'));
    assert.ok(!out('k8s/overlays/staging/topics.yaml', 'staging'));
    assert.ok(out('k8s/overlays/production/topics.yaml', 'staging'));
  });

  it('mean nothing by other names, elsewhere, or far above', () => {
    assert.ok(!out('k8s/overlays/with-tls/topics.yaml'));
    assert.ok(!out('k8s/base/topics.yaml'));
    assert.ok(!out('staging/topics.yaml'));
    assert.ok(!isOtherEnvironment('/home/me/envs/dev/company/shop/deploy/k8s/topics.yaml', undefined));
  });
});
