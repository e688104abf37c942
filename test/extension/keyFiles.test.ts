import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { absolute, keyFileFault } from '../../src/extension/keyFiles';

describe('files that a connection names', () => {
  const dir = mkdtempSync(join(tmpdir(), 'tailrace-keys-'));
  const file = (name: string, content: string | Buffer): string => {
    writeFileSync(join(dir, name), content);
    return join(dir, name);
  };
  after(() => rmSync(dir, { recursive: true }));

  it('may begin with the home folder', () => {
    assert.equal(absolute('~/ca.pem'), join(homedir(), 'ca.pem'));
    assert.equal(absolute('/etc/~x'), '/etc/~x');
    assert.equal(absolute('~user/x'), '~user/x');
  });

  it('are taken where they hold what is asked for', async () => {
    const cert = file('ca.pem', 'subject=/CN=x\n-----BEGIN CERTIFICATE-----\nMIIB\n');
    const key = file('k.pem', '-----BEGIN ENCRYPTED PRIVATE KEY-----\n');
    const creds = file('u.creds', '-----BEGIN NATS USER JWT-----\n');
    assert.deepEqual(await Promise.all([keyFileFault(cert, 'certificate'), keyFileFault(key, 'key'), keyFileFault(creds, 'credentials')]), [undefined, undefined, undefined]);
    assert.match((await keyFileFault(cert, 'key'))!, /holds no private key in PEM/);
  });

  it('are refused with what to do', async () => {
    assert.match((await keyFileFault(file('t.jks', Buffer.from('feedfeed00000002', 'hex')), 'certificate'))!, /Java key store \(JKS\); PEM is needed.*keytool -exportcert -rfc/);
    assert.match((await keyFileFault(file('t.p12', Buffer.from('308204a0', 'hex')), 'key'))!, /PKCS #12.*openssl pkcs12/);
    assert.match((await keyFileFault(join(dir, 'none.pem'), 'key'))!, /cannot be read: ENOENT/);
    assert.match((await keyFileFault(dir, 'key'))!, /cannot be read: EISDIR/);
    assert.match((await keyFileFault('ca.pem', 'key'))!, /Write the whole path/);
    assert.match((await keyFileFault(' ', 'key'))!, /Name a file/);
  });
});
