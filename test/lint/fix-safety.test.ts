import assert from 'node:assert/strict';
import { defaultConfig } from '../../src/lint/config';
import { lint } from '../../src/lint/run';
import { fixtureModel } from '../support/fixture';

/** The fixes that are offered: `safe|unsafe path title`. */
function offered(fixture: string): string[] {
  const { model, text } = fixtureModel(fixture);
  return lint(model, defaultConfig, { text }).flatMap((p) => (p.fixes ?? []).map((f) =>
    `${f.safe ? 'safe' : 'unsafe'} ${f.edits[0]?.at.file.replace('file:///', '')} ${f.title}`));
}

describe('the safety of fixes', () => {
  const flow = (consume: string) => `=== a.flow.yaml
flow: 1
brokers: { e: { protocol: kafka } }
schemas: { S: { format: avro, versions: { 1: s.avsc } } }
channels: { t: { broker: e, schema: S@1, deadLetter: d }, d: { broker: e, schema: S@1, external: true } }
services: { billing: { client: kafka-java@3.9, consumes: { t: { guarantee: at-least-once, group: billing, offsetReset: earliest${consume} } } } }
=== s.avsc
{ "type": "record", "name": "S", "namespace": "s.v1", "fields": [] }
`;

  it('leaves switching off auto-commit to people where a running client reads the file', () => {
    const consumer = '=== consumer.properties\nbootstrap.servers=localhost:9092\ngroup.id=billing\n';
    assert.deepEqual(offered(`${flow('')}${consumer}enable.auto.commit=true\n`), ['unsafe consumer.properties Set enable.auto.commit to false']);
  });

  it('changes the default of a placeholder, not the placeholder', () => {
    const { model, text } = fixtureModel(flow(', autoCommit: "${env:AUTO_COMMIT:-true}"'));
    const [problem] = lint(model, defaultConfig, { text });
    const at = problem!.fixes![0]!.edits[0]!.at;
    assert.equal(text(at.file).slice(at.start - 2, at.end + 1), ':-true}');
  });

  it('lets a flow file, which describes, say it', () => {
    assert.deepEqual(offered(flow(', autoCommit: true')), ['safe a.flow.yaml Set autoCommit to false']);
  });

  it('sets acks unseen anywhere, since no code has to change', () => {
    assert.deepEqual(offered('=== streams.properties\napplication.id=a\nbootstrap.servers=localhost:9092\nprocessing.guarantee=at_least_once\nproducer.acks=1\n'), [
      'safe streams.properties Set acks to all',
    ]);
  });
});
