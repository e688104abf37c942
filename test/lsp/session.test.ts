import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type {
  CodeAction,
  CompletionList,
  Diagnostic,
  Hover,
  Location,
  WorkspaceEdit,
} from 'vscode-languageserver';
import { LineIndex } from '../../src/text/lineIndex';
import { MemoryFiles } from '../../src/workspace/memoryFiles';
import { pathOfUri } from '../../src/workspace/uri';
import { Workspace } from '../../src/workspace/workspace';
import { Client, type OpenDocument } from './client';

const shop = `flow: 1
brokers:
  events:
    protocol: kafka
    url: kafka.example.com:9092
    environment: production
schemas:
  OrderPlaced:
    format: protobuf
    versions:
      1: contracts/order.proto#shop.v1.OrderPlaced
channels:
  orders.placed:
    broker: events
    schema: OrderPlaced@1
    partitions: 12
    replicas: 3
    minInsyncReplicas: 2
services:
  checkout:
    client: kafka-java@3.9
    publishes:
      orders.placed: { guarantee: at-least-once, acks: all, idempotence: true }
`;

const billing = `flow: 1
services:
  billing:
    client: kafka-java@3.9
    consumes:
      orders.placed:
        guarantee: at-least-once
        group: billing
        autoCommit: false
        commit: after-processing
`;

const proto = 'syntax = "proto3";\npackage shop.v1;\nmessage OrderPlaced { string order_id = 1; }\n';

describe('session over stdio', function () {
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

  before(async () => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'tailrace lsp-')));
    write('one/shop.flow.yaml', shop);
    write('one/contracts/order.proto', proto);
    write('two/billing.flow.yaml', billing);
    client = await Client.start([path('one'), path('two')]);
  });

  after(async () => {
    assert.equal(await client.stop(), 0);
    rmSync(folder, { recursive: true });
  });

  /** What a fresh analysis of the same texts says of a document, in words. */
  function expected(document: OpenDocument, others: Readonly<Record<string, string>>): string[] {
    const files = new MemoryFiles({ ...others, [pathOfUri(document.uri)]: document.text });
    const workspace = new Workspace(files);
    workspace.setFolders([path('one'), path('two')]);
    for (const _ of workspace.scan()) continue;
    const index = new LineIndex(document.text);
    const problems = [...workspace.snapshot.problems.values()]
      .flat()
      .filter((p) => pathOfUri(p.at.file) === pathOfUri(document.uri));
    return problems
      .map((p) => {
        const { line, column } = index.position(p.at.start);
        return `${line}:${column} ${p.severity} ${p.code} ${p.message}`;
      })
      .sort();
  }

  function words(diagnostics: readonly Diagnostic[]): string[] {
    const severities = ['', 'error', 'warning', 'info'];
    return diagnostics
      .map(
        (d) =>
          `${d.range.start.line}:${d.range.start.character} ${severities[d.severity ?? 0]} ${String(d.code)} ${d.message}`,
      )
      .sort();
  }

  const codes = (diagnostics: readonly Diagnostic[]): string[] => diagnostics.map((d) => String(d.code));

  it('keeps diagnostics correct over 200 edits, in steady memory', async () => {
    const others = {
      [path('two/billing.flow.yaml')]: billing,
      [path('one/contracts/order.proto')]: proto,
    };
    const document = await client.open(uri('one/shop.flow.yaml'), shop);
    assert.deepEqual(words(await client.diagnosticsOf(document)), expected(document, others));
    const seen = new Set<string>();
    let warm = 0;
    const script = editScript();
    for (let i = 0; i < 200; i++) {
      const { find, replace } = script[i % script.length]!;
      const start = document.text.indexOf(find);
      assert.notEqual(start, -1, `edit ${i}: ${find}`);
      await client.edit(document, start, start + find.length, replace);
      const diagnostics = await client.diagnosticsOf(document);
      assert.deepEqual(words(diagnostics), expected(document, others), `after edit ${i}: ${replace}`);
      for (const code of codes(diagnostics)) seen.add(code);
      if (i === 50) warm = await client.heap();
    }
    assert.equal(document.text, shop);
    assert.ok(seen.has('producer/idempotence-off'), `saw only ${[...seen].sort().join(', ')}`);
    const grown = (await client.heap()) / warm - 1;
    assert.ok(grown < 0.2, `the heap grew by ${(grown * 100).toFixed(1)} %`);
    await client.close(document);
  });

  it('publishes the newest of edits that come faster than answers', async () => {
    const document = await client.open(uri('one/shop.flow.yaml'), shop);
    for (let i = 0; i < 30; i++) {
      const [from, to] = i % 2 === 0 ? ['acks: all', 'acks: 1'] : ['acks: 1', 'acks: all'];
      const start = document.text.indexOf(from!);
      await client.edit(document, start, start + from!.length, to!);
    }
    assert.deepEqual(
      codes(await client.diagnosticsOf(document)).filter((c) => c.startsWith('producer/')),
      [],
    );
    await client.close(document);
  });

  it('sees files created, changed and deleted, in every folder', async () => {
    const name = 'two/extra.flow.yaml';
    const problemCodes = (): string[] => codes(client.diagnostics.get(uri(name))?.diagnostics ?? []);
    write(name, 'flow: 1\nservices:\n  audit:\n    consumes:\n      orders.plced: { group: audit }\n');
    await changed(name, 1);
    await client.until(() => problemCodes().includes('topology/dangling-ref'));
    write(
      name,
      'flow: 1\nservices:\n  audit:\n    consumes:\n      orders.placed: { group: audit, autoCommit: false }\n',
    );
    await changed(name, 2);
    await client.until(() => !problemCodes().includes('topology/dangling-ref'));
    write(name, 'flow: 1\nnonsense: true\n');
    await changed(name, 2);
    await client.until(() => problemCodes().includes('flow/unknown-key'));
    rmSync(path(name));
    await changed(name, 3);
    await client.until(() => problemCodes().length === 0);
  });

  it('drops the problems of a folder that is removed, and takes a new one in', async () => {
    write('three/x.flow.yaml', 'flow: 1\nnonsense: 1\n');
    const event = (added: string[], removed: string[]): Promise<void> =>
      client.notify('workspace/didChangeWorkspaceFolders', {
        event: {
          added: added.map((n) => ({ uri: uri(n), name: n })),
          removed: removed.map((n) => ({ uri: uri(n), name: n })),
        },
      });
    const count = (): number => client.diagnostics.get(uri('three/x.flow.yaml'))?.diagnostics.length ?? 0;
    await event(['three'], []);
    await client.until(() => count() > 0);
    await event([], ['three']);
    await client.until(() => count() === 0);
  });

  it('follows the settings', async () => {
    const document = await client.open(
      uri('one/shop.flow.yaml'),
      shop.replace('acks: all, idempotence: true', 'acks: 1'),
    );
    const first = await client.diagnosticsOf(document);
    assert.ok(codes(first).includes('producer/acks-not-all'));
    assert.match(
      first.find((d) => d.code === 'producer/acks-not-all')?.codeDescription?.href ?? '',
      /^https:.*acks-not-all/,
    );
    client.settings = { rules: { 'producer/*': 'off' } };
    await client.notify('workspace/didChangeConfiguration', { settings: null });
    await client.until(
      () => !codes(client.diagnostics.get(document.uri)?.diagnostics ?? []).includes('producer/acks-not-all'),
    );
    client.settings = {};
    await client.notify('workspace/didChangeConfiguration', { settings: null });
    await client.until(() =>
      codes(client.diagnostics.get(document.uri)?.diagnostics ?? []).includes('producer/acks-not-all'),
    );
    await client.close(document);
  });

  it('completes, explains, finds and renames over the wire', async () => {
    const document = await client.open(uri('one/shop.flow.yaml'), shop);
    const at = (
      text: string,
      add = 0,
    ): { textDocument: { uri: string }; position: { line: number; character: number } } => {
      const before = document.text.slice(0, document.text.indexOf(text) + add).split('\n');
      return {
        textDocument: { uri: document.uri },
        position: { line: before.length - 1, character: before.at(-1)!.length },
      };
    };
    const list = await client.request<CompletionList>('textDocument/completion', at('broker: events', 8));
    assert.ok(list.items.some((item) => item.label === 'events'));
    const hover = await client.request<Hover>('textDocument/hover', at('orders.placed:', 2));
    assert.match((hover.contents as { value: string }).value, /checkout[\s\S]*billing/);
    const definition = await client.request<Location[]>('textDocument/definition', at('OrderPlaced@1', 3));
    assert.deepEqual(
      definition.map((l) => l.range.start.line),
      [7],
    );
    const references = await client.request<Location[]>('textDocument/references', {
      ...at('orders.placed:', 2),
      context: { includeDeclaration: true },
    });
    assert.ok(references.some((l) => l.uri === uri('two/billing.flow.yaml')));
    const edit = await client.request<WorkspaceEdit>('textDocument/rename', {
      ...at('orders.placed:', 2),
      newName: 'orders.new',
    });
    assert.deepEqual(
      Object.keys(edit.changes ?? {}).sort(),
      [uri('one/shop.flow.yaml'), uri('two/billing.flow.yaml')].sort(),
    );
    await assert.rejects(
      client.request('textDocument/rename', { ...at('orders.placed:', 2), newName: 'a b' }),
      /Kafka topics/,
    );
    await client.close(document);
  });

  it('offers fixes, and ignoring where a file has no comments', async () => {
    const document = await client.open(
      uri('one/shop.flow.yaml'),
      shop.replace('acks: all, idempotence: true', 'acks: 1'),
    );
    const found = (await client.diagnosticsOf(document)).find((d) => d.code === 'producer/acks-not-all');
    assert.ok(found);
    const actionsOf = (only?: string[]): Promise<CodeAction[]> =>
      client.request('textDocument/codeAction', {
        textDocument: { uri: document.uri },
        range: found.range,
        context: { diagnostics: [found], ...(only ? { only } : {}) },
      });
    const actions = await actionsOf();
    const fix = actions.find((a) => a.diagnostics?.[0]?.code === 'producer/acks-not-all');
    assert.equal(fix?.edit?.changes?.[document.uri]?.[0]?.newText, 'all');
    assert.ok(actions.some((a) => a.title === 'Ignore producer/acks-not-all on this line'));
    assert.ok(
      (await actionsOf(['source.fixAll.tailrace'])).every((a) => a.kind === 'source.fixAll.tailrace'),
    );
    await client.close(document);

    const text =
      '{ "rabbit_version": "4.1", "vhosts": [{ "name": "/" }], "exchanges": [], "bindings": [],\n' +
      '  "queues": [{ "name": "mail", "vhost": "/", "durable": false, "auto_delete": false, "arguments": {} }] }\n';
    const json = await client.open(uri('two/definitions.json'), text, 'json');
    const [problem] = await client.diagnosticsOf(json);
    assert.ok(problem);
    const [ignore] = (
      await client.request<CodeAction[]>('textDocument/codeAction', {
        textDocument: { uri: json.uri },
        range: problem.range,
        context: { diagnostics: [problem] },
      })
    ).filter((a) => a.title.endsWith('in tailrace.config.yaml'));
    assert.deepEqual(
      ignore?.edit?.documentChanges?.map((c) => ('kind' in c ? c.kind : 'edit')),
      ['create', 'edit'],
    );
    await client.close(json);
  });

  it('takes other spellings of URIs, and answers in them', async () => {
    const encoded = uri('one/shop.flow.yaml').replace('shop', '%73hop');
    const document = await client.open(encoded, shop.replace('acks: all, idempotence: true', 'acks: 1'));
    assert.ok(codes(await client.diagnosticsOf(document)).includes('producer/acks-not-all'));
    await client.close(document);
    const windows = await client.open('file:///C%3A/My%20Files/x.flow.yaml', 'flow: 1\nnonsense: 1\n');
    assert.deepEqual(codes(await client.diagnosticsOf(windows)), ['flow/unknown-key']);
    await client.close(windows);
  });

  it('reports on the configuration, and on nothing in a deleted folder', async () => {
    const config = await client.open(uri('two/tailrace.config.yaml'), 'rulez: {}\n', 'yaml');
    await client.until(() =>
      codes(client.diagnostics.get(config.uri)?.diagnostics ?? []).includes('config/unknown-key'),
    );
    await client.close(config);
    await client.until(() => client.diagnostics.get(config.uri)?.diagnostics.length === 0);

    write('two/deep/er/x.flow.yaml', 'flow: 1\nnonsense: 1\n');
    await changed('two/deep/er/x.flow.yaml', 1);
    const count = (): number =>
      client.diagnostics.get(uri('two/deep/er/x.flow.yaml'))?.diagnostics.length ?? 0;
    await client.until(() => count() > 0);
    rmSync(path('two/deep'), { recursive: true });
    await changed('two/deep', 3);
    await client.until(() => count() === 0);
  });

  it('answers the views', async () => {
    const graph = await client.request<{ nodes: { id: string }[] }>('tailrace/graph');
    assert.ok(graph.nodes.some((n) => n.id === 'channel:orders.placed'));
    const tree =
      await client.request<{ id: string; channels: { services: { label: string }[] }[] }[]>('tailrace/tree');
    assert.deepEqual(
      tree.map((b) => b.id),
      ['broker:events'],
    );
    assert.deepEqual(
      tree[0]?.channels[0]?.services.map((s) => s.label),
      ['checkout', 'billing'],
    );
    const info = await client.request<{ broker: { url: string }; contract: { files: { text: string }[] } }>(
      'tailrace/tailInfo',
      { id: 'channel:orders.placed' },
    );
    assert.equal(info.broker.url, 'kafka.example.com:9092');
    assert.equal(info.contract.files[0]?.text, proto);
    assert.equal(await client.request('tailrace/tailInfo', { id: 'channel:none' }), null);
    const element = await client.request('tailrace/elementAt', {
      uri: uri('one/shop.flow.yaml'),
      line: 12,
      character: 4,
    });
    assert.equal(element, 'channel:orders.placed');
    for (const format of ['json', 'dot', 'mermaid', 'svg']) {
      assert.match(await client.request<string>('tailrace/export', { format }), /orders\.placed/, format);
    }
    await assert.rejects(client.request('tailrace/export', { format: 'pdf' }), /no format "pdf"/);
  });

  it('answers every request, whatever it is', async () => {
    const methods = [
      'completion',
      'hover',
      'definition',
      'references',
      'documentHighlight',
      'prepareRename',
      'rename',
      'documentSymbol',
      'codeLens',
      'codeAction',
      'foldingRange',
      'documentLink',
    ].map((name) => `textDocument/${name}`);
    const params = [
      undefined,
      null,
      {},
      { textDocument: { uri: uri('none.yaml') }, position: { line: 0, character: 0 } },
      { textDocument: { uri: 'untitled:x' }, position: { line: 1, character: 1 }, newName: 'x' },
      ...[
        { line: -5, character: -1 },
        { line: 1e9, character: 1e9 },
        { line: 'x', character: null },
      ].map((position) => ({
        textDocument: { uri: uri('one/shop.flow.yaml') },
        position,
        newName: 'x',
        range: { start: position, end: position },
        context: { diagnostics: [], includeDeclaration: true },
      })),
    ];
    const settled = await Promise.allSettled([
      ...methods.flatMap((method) => params.map((p) => client.request(method, p))),
      ...[
        'tailrace/tailInfo',
        'tailrace/elementAt',
        'tailrace/export',
        'tailrace/none',
        'workspace/symbol',
      ].flatMap((method) =>
        [undefined, null, {}, { id: 7, query: '' }].map((p) => client.request(method, p)),
      ),
    ]);
    assert.equal(settled.length, methods.length * params.length + 20);
    assert.ok(settled.some((s) => s.status === 'fulfilled'));
  });

  it('answers a request that is cancelled', async () => {
    const { CancellationTokenSource } = await import('vscode-languageserver/node');
    const source = new CancellationTokenSource();
    const answer = client.connection.sendRequest('tailrace/graph', undefined, source.token);
    source.cancel();
    const outcome = await Promise.allSettled([answer]);
    assert.equal(outcome.length, 1);
  });

  it('reads a flow document that has no file yet', async () => {
    const document = await client.open('untitled:Untitled-1', 'flow: 1\nnonsense: 1\n');
    assert.deepEqual(codes(await client.diagnosticsOf(document)), ['flow/unknown-key']);
    await client.close(document);
    await client.until(() => client.diagnostics.get(document.uri)?.diagnostics.length === 0);
  });
});

/** Edits that come back to where they began; each finds its text in what the ones before left. */
function editScript(): readonly { readonly find: string; readonly replace: string }[] {
  const pairs: readonly [string, string][] = [
    ['acks: all', 'acks: 1'],
    ['idempotence: true', 'idempotnce: true'],
    ['broker: events', 'broker: evnts'],
    ['OrderPlaced@1', 'OrderPlaced@7'],
    ['replicas: 3', 'replicas: 1'],
    ['    partitions: 12\n', '    partitions: 12\n    retent'],
    [
      'services:\n',
      'services:\n  audit:\n    consumes: { orders.placed: { group: audit, autoCommit: true } }\n',
    ],
    ['order.proto#', 'ordr.proto#'],
    ['checkout:\n', 'checkout: {\n'],
    ['url: kafka.example.com:9092', 'url: "kafka.example.com:9092'],
  ];
  return pairs.flatMap(([a, b]) => [
    { find: a, replace: b },
    { find: b, replace: a },
  ]);
}
