import assert from 'node:assert/strict';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  checkRegistryRequest,
  connectionSourcesRequest,
  sourceSecretsRequest,
  type ConnectionSource,
  type RegistryCheck,
} from '../../src/protocol/connections';
import { newOpener, type Sealed } from '../../src/protocol/sealed';
import { Client } from './client';

const PASSWORD = 's3cr3t-9f2a';

describe('ways to brokers, asked of the server', function () {
  this.timeout(30_000);
  let folder: string;
  let client: Client;

  before(async () => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'tailrace-sources-')));
    writeFileSync(join(folder, 'producer.properties'), `bootstrap.servers=k.example.com:9093
security.protocol=SASL_SSL
sasl.mechanism=PLAIN
sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required username="me" password="${PASSWORD}";
acks=all
`);
    client = await Client.start([folder]);
  });
  after(async () => {
    await client.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('are told without their secrets, which leave sealed and only when one is asked for', async () => {
    const sources = await client.connection.sendRequest<ConnectionSource[]>(connectionSourcesRequest);
    assert.deepEqual(
      sources.map(({ url, tls, user, saslMechanism, file, hasSecret }) => ({ url, tls, user, saslMechanism, file, hasSecret })),
      [{ url: 'k.example.com:9093', tls: true, user: 'me', saslMechanism: 'plain', file: 'producer.properties', hasSecret: true }],
    );
    assert.doesNotMatch(JSON.stringify(sources), new RegExp(PASSWORD));
    const opener = newOpener();
    const sealed = await client.connection.sendRequest<Sealed>(sourceSecretsRequest, { id: sources[0]?.id, key: opener.publicKey });
    assert.doesNotMatch(JSON.stringify(sealed), new RegExp(PASSWORD));
    assert.deepEqual(JSON.parse(opener.open(sealed)), { password: PASSWORD });
    assert.equal(await client.connection.sendRequest(sourceSecretsRequest, { id: 'gone', key: opener.publicKey }), null);
  });

  it('tell why a schema registry does not answer', async () => {
    const check = await client.connection.sendRequest<RegistryCheck>(checkRegistryRequest, { address: 'http://127.0.0.1:1' });
    assert.equal(check.is, 'failed');
  });
});
