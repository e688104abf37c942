import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './support';

const bundle = (name: string): string => readFileSync(join(root, 'dist', `${name}.js`), 'utf8');

/** Words that only the library's own code has. */
const marks: Readonly<Record<string, RegExp>> = {
  kafkajs: /KafkaJSProtocolError/,
  amqplib: /IllegalOperationError/,
  elkjs: /org\.eclipse\.elk/,
  'the language client': /vscode-languageclient|LanguageClientOptions|client\/registerCapability/,
};

describe('bundles', () => {
  it('know the libraries by the marks that this test looks for', () => {
    assert.match(bundle('live'), marks['kafkajs']!);
    assert.match(bundle('live'), marks['amqplib']!);
    assert.match(bundle('webview/elk-worker'), marks['elkjs']!);
    assert.match(bundle('client'), marks['the language client']!);
  });

  it('keep broker clients, layout and language client out of what activation loads', () => {
    const loaded = bundle('extension');
    for (const [library, mark] of Object.entries(marks)) assert.doesNotMatch(loaded, mark, library);
    // All of it is our own: a library that comes in by mistake weighs more than what is left here.
    assert.ok(statSync(join(root, 'dist/extension.js')).size < 140_000);
  });

  it('keep broker clients and layout out of the server and the command line', () => {
    for (const name of ['server', 'cli']) {
      for (const library of ['kafkajs', 'amqplib', 'elkjs']) assert.doesNotMatch(bundle(name), marks[library]!, `${library} in ${name}`);
    }
  });
});
