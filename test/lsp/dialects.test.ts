import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CodeAction, CodeLens, Hover, Location } from 'vscode-languageserver';
import { Client } from './client';

const compose = `services:
  kafka:
    image: apache/kafka:4.1.0
    ports: ["9092:9092"]
    environment:
      KAFKA_LISTENERS: PLAINTEXT://:9092,INTERNAL://:29092
      KAFKA_ADVERTISED_LISTENERS: PLAINTEXT://localhost:9092,INTERNAL://kafka:29092
`;

const topics = `apiVersion: kafka.strimzi.io/v1
kind: KafkaTopic
metadata:
  name: orders
  labels:
    strimzi.io/cluster: shop
spec:
  partitions: 12
  replicas: 3
`;

const web = `spring:
  application:
    name: web
  kafka:
    bootstrap-servers: kafka:29092
    producer:
      acks: all
  cloud:
    stream:
      bindings:
        placed-out-0:
          destination: orders
---
spring:
  config:
    activate:
      on-profile: dev
  kafka:
    producer:
      acks: 0
`;

const config = `apiVersion: v1
kind: ConfigMap
metadata:
  name: stock
data:
  application.yml: |
    spring:
      application:
        name: stock
      kafka:
        bootstrap-servers: kafka:29092
        consumer:
          enable-auto-commit: true
      cloud:
        stream:
          bindings:
            placed-in-0: { destination: orders, group: stock }
`;

describe('dialects over stdio', function () {
  this.timeout(60_000);
  let folder: string;
  let client: Client;
  const path = (name: string): string => join(folder, name);
  const uri = (name: string): string => pathToFileURL(path(name)).href;
  const write = (name: string, text: string): void => {
    mkdirSync(join(path(name), '..'), { recursive: true });
    writeFileSync(path(name), text);
  };
  const changed = (name: string, type: 1 | 2 | 3): Promise<void> =>
    client.notify('workspace/didChangeWatchedFiles', { changes: [{ uri: uri(name), type }] });
  const configure = async (settings: Record<string, unknown>): Promise<void> => {
    client.settings = settings;
    await client.notify('workspace/didChangeConfiguration', { settings: null });
  };
  const at = (name: string, text: string, words: string, add = 0): object => {
    const before = text.slice(0, text.indexOf(words) + add).split('\n');
    return {
      textDocument: { uri: uri(name) },
      position: { line: before.length - 1, character: before.at(-1)!.length },
    };
  };
  const hoverOn = async (name: string, text: string, words: string): Promise<string> => {
    const hover = await client.request<Hover | null>('textDocument/hover', at(name, text, words, 1));
    return (hover?.contents as { value: string } | undefined)?.value ?? 'nothing';
  };
  /** Asks until the answer is as expected: the server takes settings over when it gets them. */
  const until = async (ask: () => Promise<string>, expected: RegExp): Promise<void> => {
    for (let answer = await ask(); !expected.test(answer); answer = await ask()) continue;
  };
  const channels = async (): Promise<string> =>
    JSON.stringify(await client.request<unknown>('tailrace/tree'));

  before(async () => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'tailrace dialects-')));
    write('docker-compose.yml', compose);
    write('deploy/topics.yaml', topics);
    write('deploy/config.yaml', config);
    write('web/application.yml', web);
    client = await Client.start([folder]);
  });

  after(async () => {
    assert.equal(await client.stop(), 0);
    rmSync(folder, { recursive: true });
  });

  it('explains, finds and lists what several dialects say', async () => {
    assert.match(await hoverOn('web/application.yml', web, 'acks: all'), /^\*\*acks\*\*: `all` · web publishes/);
    assert.match(await hoverOn('deploy/config.yaml', config, 'orders, group'), /\*\*stock\*\* consumes \*\*orders\*\*/);
    const places = await client.request<Location[]>('textDocument/definition', at('web/application.yml', web, 'orders', 2));
    assert.deepEqual(places.map((p) => [p.uri, p.range.start]), [[uri('deploy/topics.yaml'), { line: 3, character: 8 }]]);
    const lenses = await client.request<CodeLens[]>('textDocument/codeLens', { textDocument: { uri: uri('deploy/topics.yaml') } });
    assert.deepEqual(lenses.map((l) => l.command?.title), ['1 producer · 1 consumer', 'Tail', 'Show in graph']);
    const outline = await client.request<{ name: string }[]>('textDocument/documentSymbol', { textDocument: { uri: uri('deploy/config.yaml') } });
    assert.equal(outline[0]?.name, 'services');
    assert.equal(await client.request('textDocument/foldingRange', { textDocument: { uri: uri('deploy/config.yaml') } }), null);
    await assert.rejects(
      client.request('textDocument/prepareRename', at('deploy/topics.yaml', topics, 'orders', 2)),
      /orders is also named in deploy\/config\.yaml \(kubernetes\), deploy\/topics\.yaml \(strimzi\) and web\/application\.yml \(spring\)/,
    );
  });

  it('tails where the compose file publishes the broker', async () => {
    const tree = await client.request<{ channels: { id: string; label: string }[] }[]>('tailrace/tree');
    const id = tree.flatMap((b) => b.channels).find((c) => c.label === 'orders')?.id;
    const info = await client.request<{ broker: { url?: string; environment?: string } }>('tailrace/tailInfo', { id });
    assert.equal(info.broker.url, 'localhost:9092');
    assert.equal(info.broker.environment, 'development');
  });

  it('writes an ignore comment into the block of a ConfigMap', async () => {
    await configure({ guarantee: 'at-least-once' });
    const document = await client.open(uri('deploy/config.yaml'), config, 'yaml');
    const own = () => client.diagnostics.get(document.uri)?.diagnostics.find((d) => d.code === 'dlq/missing');
    await client.until(() => own() !== undefined);
    const problem = own();
    assert.ok(problem);
    const actions = await client.request<CodeAction[]>('textDocument/codeAction', {
      textDocument: { uri: document.uri }, range: problem.range, context: { diagnostics: [problem] },
    });
    const edit = actions.find((a) => a.title === 'Ignore dlq/missing on this line')?.edit?.changes?.[document.uri]?.[0];
    assert.equal(edit?.newText, '            # tailrace-ignore dlq/missing\n');
    const start = config.split('\n').slice(0, edit.range.start.line).join('\n').length + 1;
    await client.edit(document, start, start, edit.newText);
    assert.deepEqual((await client.diagnosticsOf(document)).filter((d) => d.code === 'dlq/missing'), []);
    await client.close(document);
    await configure({});
  });

  it('reads other profiles as soon as the setting names them, and the configuration file too', async () => {
    const acks = (): Promise<string> => hoverOn('deploy/topics.yaml', topics, 'orders');
    assert.match(await acks(), /web publishes: acks `all`,/);
    await configure({ profile: 'dev' });
    await until(acks, /web publishes: acks `0`,/);
    await configure({});
    await until(acks, /web publishes: acks `all`,/);
    write('tailrace.config.yaml', 'profile: dev\n');
    await changed('tailrace.config.yaml', 1);
    await until(acks, /web publishes: acks `0`,/);
    write('tailrace.config.yaml', 'profile: prod\n');
    await changed('tailrace.config.yaml', 2);
    await until(acks, /web publishes: acks `all`,/);
    rmSync(path('tailrace.config.yaml'));
    await changed('tailrace.config.yaml', 3);
  });

  it('drops the files of a dialect that is named off, and of excluded paths, and takes them back', async () => {
    const lenses = async (): Promise<string> => JSON.stringify(
      await client.request('textDocument/codeLens', { textDocument: { uri: uri('deploy/topics.yaml') } }));
    const users = async (): Promise<string> => hoverOn('deploy/topics.yaml', topics, 'orders');
    await until(users, /1 producer · 1 consumer/);
    await configure({ disabledDialects: ['strimzi'] });
    await until(lenses, /^null$/);
    await configure({ disabledDialects: ['spring'] });
    // The ConfigMap's inner file is of that dialect, too.
    await until(users, /0 producers · 0 consumers/);
    await configure({ exclude: ['web'] });
    await until(users, /0 producers · 1 consumer/);
    await configure({});
    await until(users, /1 producer · 1 consumer/);
    write('tailrace.config.yaml', 'disabledDialects: [spring]\n');
    await changed('tailrace.config.yaml', 1);
    await until(users, /0 producers · 0 consumers/);
    write('tailrace.config.yaml', 'exclude: [deploy/config.yaml]\n');
    await changed('tailrace.config.yaml', 2);
    await until(users, /1 producer · 0 consumers/);
    rmSync(path('tailrace.config.yaml'));
    await changed('tailrace.config.yaml', 3);
    await until(users, /1 producer · 1 consumer/);
  });

  it('reads an access list without an ending as soon as it is there', async () => {
    write('mq/mosquitto.conf', 'listener 1883\nacl_file aclfile\n');
    await changed('mq/mosquitto.conf', 1);
    write('mq/aclfile', 'user sensor\ntopic write sensors/temperature\n');
    await changed('mq/aclfile', 1);
    await until(channels, /"label":"sensors\/temperature"/);
    rmSync(path('mq/aclfile'));
    await changed('mq/aclfile', 3);
    await until(channels, /^(?!.*sensors\/temperature)/);
  });
});
