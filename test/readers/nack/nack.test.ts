import assert from 'node:assert/strict';
import { kubernetesReaders } from '../../../src/readers/kubernetes/reader';
import { dumpModel } from '../../support/dump';
import { fixtureModel } from '../../support/fixture';
import { fuzzReader } from '../../support/fuzzReader';
import { rangesOf } from '../../support/ranges';
import { fact, reading } from '../../support/reading';

const reader = kubernetesReaders.find((r) => r.dialect === 'nats-jetstream')!;
const read = (text: string) => reading(reader, text, 'stream.yaml');

const stream = `
apiVersion: jetstream.nats.io/v1beta2
kind: Stream
metadata: { name: parcels-cr }
spec:
  name: PARCELS
  subjects: [parcel.>, "label.*"]
  retention: WorkQueue
  maxAge: 36h
  maxMsgs: 5000
  duplicateWindow: 90s
  account: depot
  republish: { source: parcel.>, destination: audit.parcels }
`;

const consumer = `
apiVersion: jetstream.nats.io/v1beta2
kind: Consumer
metadata: { name: sorter-cr }
spec:
  streamName: PARCELS
  durableName: sorter
  deliverSubject: sorter.in
  deliverGroup: sorters
  filterSubject: parcel.arrived
  ackPolicy: explicit
  ackWait: 45s
  maxDeliver: 6
  backoff: [1s, 1m]
  maxAckPending: 10
  account: depot
`;

const account = `
apiVersion: jetstream.nats.io/v1beta2
kind: Account
metadata: { name: depot, namespace: post }
spec:
  servers: ["nats://carrier:parcel77@nats:4222", "nats://nats-2:4222"]
  tls: { secret: { name: depot-tls } }
`;

describe('NACK', () => {
  it('reads a stream as a channel by its name, with the settings that it states', () => {
    const r = read(stream);
    assert.deepEqual(r.lines, [
      'broker depot nats', 'channel PARCELS at depot stream={…}', 'mapping PARCELS -> audit.parcels [parcel.>] by Stream PARCELS',
    ]);
    const settings = fact(r, 'channel').settings.stream!;
    assert.deepEqual([settings.retention, settings.maxAge, settings.maxMessages, settings.duplicateWindow].map((s) => s?.value),
      ['workqueue', 129_600_000, 5000, 90_000]);
    assert.deepEqual(settings.subjects?.map((s) => [s.value, r.textAt(s.at)]), [['parcel.>', 'parcel.>'], ['label.*', 'label.*']]);
    assert.equal(r.textAt(settings.maxAge?.at), '36h');
  });

  it('takes a stream without storage for one in memory, at the key that would hold it', () => {
    const r = read(stream);
    const { storage } = fact(r, 'channel').settings.stream!;
    assert.equal(storage?.value, 'memory');
    assert.equal(r.textAt(storage.at), 'spec');
    assert.match(fact(r, 'channel').note ?? '', /storage is not set/);
    const said = read(stream.replace('account:', 'storage: file\n  account:'));
    assert.equal(fact(said, 'channel').settings.stream?.storage?.value, 'file');
    assert.equal(fact(said, 'channel').note, undefined);
  });

  it('reads what fills a stream; one behind an API prefix lies elsewhere', () => {
    const r = read(`
apiVersion: jetstream.nats.io/v1beta1
kind: Stream
metadata: { name: all }
spec:
  name: ALL
  servers: [nats://hub:4222]
  storage: file
  sources:
    - { name: PARCELS, filterSubject: parcel.lost }
    - { name: LETTERS, externalApiPrefix: JS.north.API }
---
apiVersion: jetstream.nats.io/v1beta1
kind: Stream
metadata: { name: copy }
spec: { name: COPY, storage: file, mirror: { name: ALL } }
`);
    assert.deepEqual(r.lines, [
      'broker hub:4222 nats nats://hub:4222', 'channel ALL at hub:4222 stream={…}',
      'stream-source PARCELS -> ALL [parcel.lost] by Stream ALL', 'stream-source LETTERS -> ALL by Stream ALL',
      'channel COPY stream={…}', 'mirror ALL -> COPY by Stream COPY',
    ]);
    const routes = r.facts.filter((f) => f.kind === 'route');
    assert.deepEqual(routes.map((f) => f.from.broker), ['hub:4222', undefined, undefined]);
    assert.match(routes[1]?.note ?? '', /JS\.north\.API/);
  });

  it('lets a consumer stand for the program that uses it', () => {
    const r = read(consumer);
    assert.deepEqual(r.lines, [
      'broker depot nats', 'service sorter',
      'sorter <- PARCELS durable=sorter ackPolicy=explicit ackWait=45000 maxDeliver=6 maxAckPending=10 queueGroup=sorters onFailure={…} nack',
    ]);
    const consume = fact(r, 'consume');
    assert.match(consume.inferred ?? '', /does not name the program/);
    const { onFailure, maxAckPending } = consume.settings;
    assert.deepEqual([onFailure?.backoff?.value, onFailure?.delay?.value, r.textAt(onFailure?.delay?.at)], ['1s, 1m', 1000, '1s']);
    assert.equal(r.textAt(maxAckPending?.at), '10');
    assert.match(consume.note ?? '', /Only messages of parcel\.arrived\. The server pushes messages to sorter\.in\. At most 10/);
    assert.equal(r.textAt(consume.settings.ackWait?.at), '45s');
    assert.equal(r.textAt(consume.channel?.name.at), 'PARCELS');
  });

  it('leaves the ack policy to NACK where it is missing, which is none', () => {
    const { model } = fixtureModel(`=== s.yaml${stream}=== c.yaml${consumer.replace('  ackPolicy: explicit\n', '')}`);
    const consume = model.consumes[0]!;
    assert.equal(consume.settings.ackPolicy, undefined);
    assert.equal(consume.fact.client?.value, 'nack');
  });

  it('knows an account by its servers, and keeps the login\'s place only', () => {
    const r = read(account);
    assert.deepEqual(r.lines, [
      'broker depot nats nats://nats:4222,nats://nats-2:4222 tls', 'credential carrier user info of url secret',
    ]);
    assert.equal(r.textAt(fact(r, 'credential').secret), 'parcel77');
    assert.ok(!JSON.stringify(r.facts).includes('parcel77'));
    assert.ok(fact(r, 'broker').addresses?.some((a) => a.value === 'nats.post.svc.cluster.local:4222'));
  });

  it('keeps two accounts of one server apart', () => {
    const r = read(`${account}---${account.replace('name: depot,', 'name: office,')}`);
    assert.deepEqual(r.lines.filter((l) => l.startsWith('broker')), ['broker depot nats tls', 'broker office nats tls']);
  });

  it('joins what several files say of an account and a stream', () => {
    const { model } = fixtureModel(`=== a.yaml${account}=== b.yaml${stream}=== c.yaml${consumer}`);
    assert.equal(dumpModel(model), [
      'PARCELS: depot nats stream', '  -> sorter', '  => audit.parcels (mapping parcel.>)',
      'audit.parcels: depot nats subject undeclared',
    ].join('\n'));
  });

  it('shows the stream behind a bucket', () => {
    const r = read(`
apiVersion: jetstream.nats.io/v1beta2
kind: KeyValue
metadata: { name: rates }
spec: { bucket: rates, ttl: 10m, replicas: 3 }
`);
    const { settings, inferred } = fact(r, 'channel');
    assert.equal(fact(r, 'channel').address.value, 'KV_rates');
    assert.deepEqual([settings.external?.value, settings.stream?.maxAge?.value, settings.stream?.subjects?.[0]?.value],
      [true, 600_000, '$KV.rates.>']);
    assert.match(inferred ?? '', /bucket rates/);
  });

  it('makes no name and no value of placeholders', () => {
    const r = read(stream.replace('name: PARCELS', 'name: ${STREAM}').replace('36h', '${AGE}'));
    assert.deepEqual(r.lines, ['broker depot nats']);
    const age = read(stream.replace('36h', '${AGE}'));
    assert.deepEqual(fact(age, 'channel').settings.stream?.open, ['maxAge']);
    assert.deepEqual(age.skipped?.map((at) => age.textAt(at)), ['${AGE}']);
  });

  it('has all places on the words of the file', () => {
    const r = read(`${account}---${stream}---${consumer}`);
    for (const f of r.facts) {
      for (const at of rangesOf(f)) assert.notEqual(r.textAt(at).trim(), '', `${f.kind} has an empty place`);
    }
  });

  it('survives broken text', () => {
    fuzzReader(reader, [stream, consumer, account], '/w/stream.yaml', 300);
  });
});
