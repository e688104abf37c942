import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { contract, faulty, inFolder, tailrace } from './support';

interface Point {
  readonly id: string;
  readonly status: string;
  readonly evidence: string;
  readonly next: string | null;
  readonly at: { file: string; range: { start: { line: number } } } | null;
}
interface Report {
  readonly version: number;
  readonly flows: readonly { flow: string; points: readonly Point[] }[];
  readonly summary: { flows: number; met: number; notMet: number; unknown: number; points: readonly Point[] };
}

const ids = [
  'schema', 'guarantee', 'producer-waits', 'commit-after-processing', 'idempotent-consumers', 'dead-letters', 'monitoring',
  'failure-tests', 'protocol-fit', 'evolution',
];

const reportOf = (...args: string[]): Report => {
  const { code, out, err } = tailrace(['report', '--format', 'json', ...args]);
  assert.equal(code, 0, err);
  return JSON.parse(out) as Report;
};
const pointOf = (report: Report, flow: string, id: string): Point => {
  const found = report.flows.find((f) => f.flow === flow)?.points.find((p) => p.id === id);
  assert.ok(found, `${flow} ${id}`);
  return found;
};

describe('tailrace report', () => {
  it('has ten points for each flow of the payments, each with evidence and mostly a place', () => {
    const report = reportOf('examples/payments');
    assert.equal(report.version, 1);
    assert.ok(report.flows.length > 0);
    for (const { points } of report.flows) {
      assert.deepEqual(points.map((p) => p.id), ids);
      for (const p of points) assert.ok(p.evidence !== '' && p.at?.file === 'examples/payments/payments.flow.yaml', JSON.stringify(p));
    }
    const flow = 'processor > payments.settled > notifier';
    assert.equal(pointOf(report, flow, 'guarantee').status, 'not-met');
    assert.equal(pointOf(report, flow, 'commit-after-processing').status, 'not-met');
    assert.equal(pointOf(report, flow, 'producer-waits').status, 'met');
    assert.equal(pointOf(report, flow, 'evolution').status, 'met');
    assert.equal(pointOf(report, flow, 'failure-tests').status, 'unknown');
    assert.equal(pointOf(report, 'processor > payments.settled > ledger', 'idempotent-consumers').status, 'met');
    assert.equal(report.summary.points.find((p) => p.id === 'guarantee')?.status, 'not-met');
    assert.equal(report.summary.flows, report.flows.length);
  });

  it('accuses nobody of what no file shows', () => {
    const report = reportOf('examples/brownfield');
    const placed = 'order-service > orders.placed > billing';
    assert.equal(pointOf(report, placed, 'producer-waits').status, 'not-met');
    assert.equal(pointOf(report, placed, 'guarantee').status, 'unknown');
    assert.equal(pointOf(report, placed, 'monitoring').status, 'unknown');
    assert.equal(pointOf(report, 'billing > invoices > invoices-archive', 'dead-letters').status, 'not-met');
    for (const { points } of report.flows) {
      for (const p of points) assert.equal(p.status === 'met', p.next === null, `${p.id}: ${p.evidence}`);
    }
  });

  it('writes Markdown, HTML and JSON by the ending of the file, with links from its folder', () => {
    inFolder({ 'shop.flow.yaml': faulty, 'order-v1.avsc': contract }, (cwd) => {
      mkdirSync(join(cwd, 'out'));
      for (const name of ['report.md', 'report.html', 'report.json']) assert.equal(tailrace(['report', '--out', `out/${name}`], cwd).code, 0);
      const read = (name: string): string => readFileSync(join(cwd, 'out', name), 'utf8');
      assert.match(read('report.md'), /^# Reliability checklist\n/);
      assert.match(read('report.md'), /\[shop\.flow\.yaml:\d+\]\(\.\.\/shop\.flow\.yaml#L\d+\)/);
      assert.match(read('report.html'), /^<!DOCTYPE html>\n/);
      assert.match(read('report.html'), /<a href="\.\.\/shop\.flow\.yaml#L\d+">shop\.flow\.yaml:\d+<\/a>/);
      assert.ok(!/<script/i.test(read('report.html')));
      assert.equal((JSON.parse(read('report.json')) as Report).version, 1);
      assert.match(tailrace(['report'], cwd).out, /✘ not met Producer waits for the broker\n {6}checkout publishes to topic orders with acks=1\. shop\.flow\.yaml:\d+:\d+\n/);
    });
  });

  it('narrows to one name, and asks again for one that is not there', () => {
    const report = reportOf('examples/payments', '--focus', 'ledger');
    assert.ok(report.flows.length > 0 && report.flows.every((f) => f.flow.includes('ledger')));
    const { code, err } = tailrace(['report', 'examples/payments', '--focus', 'ledgr']);
    assert.equal(code, 2);
    assert.match(err, /Did you mean "ledger"\?/);
  });

  it('does not take for met what the configuration has nobody look at', () => {
    const files = {
      'shop.flow.yaml': faulty.replace('group: billing\n', 'group: billing\n        needs: { replay: 1d }\n'), 'order-v1.avsc': contract,
    };
    const status = (cwd: string): string => pointOf(JSON.parse(tailrace(['report', '--format', 'json'], cwd).out) as Report,
      'checkout > orders > billing', 'protocol-fit').status;
    inFolder(files, (cwd) => assert.equal(status(cwd), 'met'));
    inFolder({ ...files, 'tailrace.config.yaml': 'rules: { "fit/*": off }\n' }, (cwd) => assert.equal(status(cwd), 'unknown'));
  });

  it('looks whether failure tests that a service names are there', () => {
    const files = faulty.replace(/client: kafka-java@3.9\n/g, 'client: kafka-java@3.9\n    failureTests: ./tests/failures\n');
    const status = (cwd: string): string => pointOf(JSON.parse(tailrace(['report', '--format', 'json'], cwd).out) as Report,
      'checkout > orders > billing', 'failure-tests').status;
    inFolder({ 'shop.flow.yaml': files, 'order-v1.avsc': contract }, (cwd) => assert.equal(status(cwd), 'not-met'));
    inFolder({ 'shop.flow.yaml': files, 'order-v1.avsc': contract, 'tests/failures/broker.md': '' }, (cwd) => assert.equal(status(cwd), 'met'));
  });
});
