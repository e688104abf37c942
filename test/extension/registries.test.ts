import assert from 'node:assert/strict';
import { Registries, registryKey } from '../../src/extension/registries';
import { isReadable, registryFault, summary } from '../../src/extension/registryWords';
import type { RegistryProblem } from '../../src/protocol/registry';
import { memoryStores } from './memoryStores';

const at = { uri: 'file:///a', start: { line: 0, character: 0 }, end: { line: 0, character: 1 } };
const problem = (severity: RegistryProblem['severity']): RegistryProblem => ({ at, severity, check: 'C', message: 'm', related: [] });

describe('who the user is at registries', () => {
  it('is kept by the address, secrets in secret storage only', async () => {
    const { kept, hidden, state, secrets } = memoryStores();
    const registries = new Registries(state, secrets);
    await registries.put('https://Registry.example.com/apis/', { user: 'me', password: 'hush' });
    await registries.put('https://registry.example.com/apis', { user: 'me', password: 'hush2' });
    await registries.put('http://localhost:8081', { token: 't0ken' });
    assert.deepEqual(registries.all(), [{ address: 'http://localhost:8081' }, { address: 'https://registry.example.com/apis', user: 'me' }]);
    assert.doesNotMatch(JSON.stringify([...kept]), /hush|t0ken/);
    assert.deepEqual(await registries.signIn('https://registry.example.com/apis'), { user: 'me', password: 'hush2' });
    await registries.remove('https://registry.example.com/apis/');
    await registries.remove('http://localhost:8081/');
    assert.deepEqual([registries.all(), hidden.size], [[], 0]);
  });

  it('is told to no other address, scheme, port or path', async () => {
    const { state, secrets } = memoryStores();
    const registries = new Registries(state, secrets);
    await registries.put('https://registry.example.com/a', { token: 't' });
    for (const other of ['http://registry.example.com/a', 'https://registry.example.com:8443/a', 'https://registry.example.com', 'https://evil.example.com/a']) {
      assert.equal(await registries.signIn(other), undefined, other);
    }
    assert.equal(registryKey('https://registry.example.com:443/a/'), 'https://registry.example.com/a');
  });
});

describe('words about registries', () => {
  it('say what is wrong with an address', () => {
    for (const good of ['http://localhost:8081', ' https://r.example.com/apis/ccompat/v7/ ']) assert.equal(registryFault(good), undefined, good);
    for (const bad of ['', 'localhost:8081', 'ftp://r', 'http://', 'http://a b']) assert.match(registryFault(bad) ?? '', /^Write http/, bad);
    assert.match(registryFault('https://me:x@r.example.com') ?? '', /Leave out user and password/);
    assert.match(registryFault('https://r.example.com/?q') ?? '', /without \?/);
  });

  it('warn of secrets over http, but on this machine', () => {
    assert.deepEqual(['http://r.example.com', 'https://r.example.com', 'http://localhost:1', 'http://127.0.0.1:1', 'http://[::1]:1'].map(isReadable),
      [true, false, false, false, false]);
  });

  it('name the registry, how much it holds, and what came of it', () => {
    const of = (found: number, all: number, ...problems: RegistryProblem[]): string =>
      summary({ is: 'compared', address: 'http://r', found, of: all, problems });
    assert.equal(of(2, 3, problem('error'), problem('info'), problem('info')), 'Registry http://r holds 2 of 3 contract files: 1 error, 2 informations.');
    assert.equal(of(1, 1), 'Registry http://r holds 1 of 1 contract file: nothing breaks and nothing differs.');
    assert.match(of(0, 2), /^Registry http:\/\/r has no subject for the 2 contract files here\./);
    assert.match(of(0, 0), /^No file here defines a contract/);
  });
});
