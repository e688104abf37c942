import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { contract, faulty, inFolder, tailrace } from './support';

interface Flow {
  readonly id: string;
  readonly producer: string;
  readonly channels: readonly string[];
  readonly consumer: string;
  readonly declared: string | null;
  readonly derived: string;
  readonly promise: string;
  readonly loss: number | null;
  readonly duplication: number | null;
  readonly trace: readonly string[];
  readonly settings: readonly { key: string; of: string; value: unknown; origin: string; at: { file: string; range: { start: { line: number } } } | null }[];
}

const flowsIn = (...args: string[]): Flow[] => {
  const { code, out, err } = tailrace(['guarantee', '--format', 'json', ...args]);
  assert.equal(code, 0, err);
  const json = JSON.parse(out) as { version: number; flows: Flow[] };
  assert.equal(json.version, 1);
  return json.flows;
};

describe('tailrace guarantee', () => {
  it('prints the JSON of the design for the example that must count once', () => {
    const flows = flowsIn('examples/payments');
    const notifier = flows.find((f) => f.producer === 'processor' && f.consumer === 'notifier');
    assert.ok(notifier);
    assert.deepEqual([notifier.channels, notifier.declared, notifier.derived], [['payments.settled'], 'at-least-once', 'best-effort']);
    assert.deepEqual([notifier.promise, notifier.loss], ['broken', 1]);
    assert.ok(notifier.trace.length >= 3 && notifier.trace.every((sentence) => /^[^ ].*\.$/.test(sentence)), notifier.trace.join('\n'));
    const processing = notifier.settings.find((s) => s.key === 'processing' && s.of === 'notifier');
    assert.deepEqual([processing?.value, processing?.origin, processing?.at?.file], ['async', 'declared', 'examples/payments/payments.flow.yaml']);
    const ledger = flows.find((f) => f.producer === 'gateway' && f.consumer === 'ledger');
    assert.deepEqual([ledger?.channels, ledger?.promise], [['payments.requested', 'payments.settled'], 'kept']);
    for (const key of ['reordering', 'blocking']) assert.ok(key in notifier, key);
    assert.deepEqual(flows.map((f) => f.id), flows.map((f) => f.id).sort());
  });

  it('says where nobody declares a guarantee', () => {
    const flows = flowsIn('examples/brownfield');
    assert.ok(flows.length > 0);
    assert.ok(flows.every((f) => f.declared === null && f.promise === 'none'));
    const placed = flows.find((f) => f.id === 'order-service > orders.placed > billing');
    const acks = placed?.settings.find((s) => s.key === 'acks');
    assert.deepEqual([acks?.value, acks?.origin], ['1', 'declared']);
    assert.match(acks?.at?.file ?? '', /order-service.*application\.yml$/);
  });

  it('fails only if that is asked for', () => {
    assert.equal(tailrace(['guarantee', 'examples/payments']).code, 0);
    assert.equal(tailrace(['guarantee', 'examples/payments', '--fail-on', 'error']).code, 1);
    assert.equal(tailrace(['guarantee', 'examples/payments', '--fail-on', 'error', '--explain', 'gateway>ledger']).code, 0);
    assert.equal(tailrace(['guarantee', 'examples/brownfield', '--fail-on', 'warning']).code, 0);
    assert.equal(tailrace(['guarantee', 'examples/brownfield', '--fail-on', 'info']).code, 1);
    assert.equal(tailrace(['guarantee', '--fail-on', 'sometimes']).code, 2);
  });

  it('explains one flow, and asks again where it is not clear which', () => {
    const story = tailrace(['guarantee', 'examples/payments', '--explain', 'processor>notifier']);
    assert.equal(story.code, 0);
    assert.match(story.out, /^processor → payments\.settled → notifier\nnotifier declares at-least-once; the settings give best-effort\. examples\/payments\/payments\.flow\.yaml:\d+:\d+\n/);
    assert.match(story.out, /\nLoss: by one fault, which decides\n {3}1\. /);
    assert.match(story.out, /processing: async \(declared examples\/payments\/payments\.flow\.yaml:\d+:\d+\)/);
    const several = tailrace(['guarantee', 'examples/payments', '--explain', 'notifier']);
    assert.equal(several.code, 2);
    assert.match(several.err, /^tailrace: "notifier" is the name of 2 flows: [^\n]*\n$/);
    const wrong = tailrace(['guarantee', 'examples/payments', '--explain', 'processor>notifer']);
    assert.equal(wrong.code, 2);
    assert.match(wrong.err, /Did you mean "processor > notifier"\?/);
  });

  it('takes the guarantee of the configuration where none is declared', () => {
    inFolder({
      'shop.flow.yaml': faulty.replaceAll('guarantee: at-least-once, ', '').replaceAll('guarantee: at-least-once\n', 'concurrency: 1\n'),
      'order-v1.avsc': contract, 'tailrace.config.yaml': 'guarantee: at-least-once\n',
    }, (cwd) => {
      const { flows } = JSON.parse(tailrace(['guarantee', '--format', 'json'], cwd).out) as { flows: Flow[] };
      const billing = flows.find((f) => f.consumer === 'billing');
      assert.deepEqual([billing?.declared, billing?.promise], ['at-least-once', 'broken']);
    });
  });

  it('writes a table, Markdown and files', () => {
    inFolder({ 'shop.flow.yaml': faulty, 'order-v1.avsc': contract }, (cwd) => {
      const table = tailrace(['guarantee'], cwd).out;
      assert.match(table, /^flow +declared +derived +loss +duplication +reordering +blocking +what decides\n/);
      assert.match(table, /\ncheckout > orders > billing +at-least-once +\S+ +1 .*acks=1 of checkout/);
      assert.match(tailrace(['guarantee', '--format', 'markdown'], cwd).out, /\| checkout \\> orders \\> billing \| at-least-once \|/);
      assert.equal(tailrace(['guarantee', '--out', 'g.txt'], cwd).out, '');
      assert.equal(readFileSync(join(cwd, 'g.txt'), 'utf8'), table);
      assert.match(tailrace(['guarantee', '--focus', 'clinic'], cwd).out, /orders\.dead > clinic/);
    });
    inFolder({ 'x.txt': '' }, (cwd) => assert.match(tailrace(['guarantee'], cwd).out, /^No file shows a flow/));
  });
});
