import assert from 'node:assert/strict';
import { until } from '../../scripts/support/until.mjs';
import type { BrokerDriver } from '../../src/brokers/driver';
import type { BrokerFigures, FigureQuery } from '../../src/brokers/figures';
import { quietServices } from '../../src/brokers/services';
import { deferred } from '../../src/brokers/wait';
import { FigureSampler } from '../../src/live/figuresSampler';
import type { FiguresReport, FiguresRequest } from '../../src/protocol/figures';

const request: FiguresRequest = {
  protocol: 'mqtt', connect: { url: 'mqtt://b' }, targets: [{ address: 'a', kind: 'topic' }], every: 5,
};
const pace = { least: 5, longest: 40 };

/** A broker of which the test is the master; the real ones are sampled in test/brokers. */
function scripted(figures: ((query: FigureQuery, signal: AbortSignal) => Promise<BrokerFigures>) | undefined) {
  const calls: string[] = [];
  const reports: FiguresReport[] = [];
  const driver: BrokerDriver = {
    protocol: 'mqtt',
    connect: async () => {
      calls.push('connect');
      return {
        protocol: 'mqtt', about: 'a scripted broker',
        plan: () => assert.fail('no tap is planned'), tap: () => assert.fail('nothing is tapped'),
        list: async () => undefined, remove: async () => true,
        ...(figures && { figures }),
        close: async () => void calls.push('close'),
      };
    },
  };
  const table = { kafka: () => driver, rabbitmq: () => driver, mqtt: () => driver, nats: () => driver };
  const sampler = new FigureSampler(request, (report) => reports.push(report), quietServices(), table, pace);
  sampler.start();
  return { sampler, calls, reports };
}

const sample = (depth: number): BrokerFigures => ({
  at: Date.now(), channels: [{ address: 'a', kind: 'topic', depth }], consumers: [], broker: [], notes: [],
});

describe('sampling figures', () => {
  it('goes on over one session, with newer targets where they change, and stops at once', async () => {
    const asked: string[] = [];
    const { sampler, calls, reports } = scripted(async ({ targets }) => {
      asked.push(targets.map(({ address }) => address).join());
      return sample(asked.length);
    });
    await until(() => asked.length >= 3, { what: 'three samples', every: 1 });
    assert.equal(sampler.take({ ...request, targets: [{ address: 'b', kind: 'topic' }] }), true);
    await until(() => asked.includes('b'), { what: 'a sample of the new target', every: 1 });
    assert.equal(sampler.take({ ...request, connect: { url: 'mqtt://other' } }), false);
    await sampler.stop();
    const { length } = asked;
    assert.deepEqual(calls, ['connect', 'close']);
    assert.deepEqual(reports.slice(0, 2).map(({ is }) => is), ['connecting', 'live']);
    await sampler.stop();
    assert.equal(asked.length, length);
    assert.equal(sampler.series({ channel: 'a', kind: 'topic' })[0]?.points.length, length);
  });

  it('never asks twice at a time, however slow the broker is', async () => {
    let open = 0;
    let most = 0;
    let done = 0;
    const gates: ReturnType<typeof deferred<void>>[] = [];
    const { sampler } = scripted(async () => {
      most = Math.max(most, ++open);
      const gate = deferred<void>();
      gates.push(gate);
      await gate.promise;
      open--;
      return sample(++done);
    });
    for (let i = 0; i < 3; i++) {
      const gate = await until(() => gates[i], { what: `sample ${i}`, every: 1 });
      gate.resolve();
    }
    await until(() => gates.length === 4, { what: 'another sample', every: 1 });
    const stopped = sampler.stop();
    gates[3]?.resolve();
    await stopped;
    assert.equal(most, 1);
  });

  it('says why a sample failed, waits longer each time, connects anew, and recovers', async () => {
    let fails = 4;
    const { sampler, calls, reports } = scripted(async () => {
      if (fails-- > 0) throw new Error('The broker is busy.');
      return sample(1);
    });
    await until(() => reports.some(({ is }) => is === 'live'), { what: 'a sample', every: 1 });
    await sampler.stop();
    const waits = reports.flatMap((report) => (report.is === 'failed' ? [[report.reason, report.again]] : []));
    assert.deepEqual(waits, [10, 20, 40, 40].map((again) => ['The broker is busy.', again]));
    assert.deepEqual(calls, ['connect', 'close', 'connect', 'close', 'connect', 'close', 'connect', 'close', 'connect', 'close']);
  });

  it('ends while a broker does not answer, and says no more', async () => {
    const { sampler, reports, calls } = scripted((_query, signal) => new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(new Error('aborted')));
    }));
    await until(() => calls.length === 1, { what: 'a session', every: 1 });
    await sampler.stop();
    assert.deepEqual(reports, [{ is: 'connecting' }]);
    assert.deepEqual(calls, ['connect', 'close']);
  });

  it('says where a broker has no figures to give', async () => {
    const { sampler, reports } = scripted(undefined);
    await until(() => reports.length >= 2, { what: 'an answer', every: 1 });
    await sampler.stop();
    assert.deepEqual(reports[1], { is: 'failed', reason: 'a scripted broker gives no figures.', again: 10 });
  });
});
