import { fallsShort, isAssumed, isByAssumption, type FlowGuarantee, type FlowSetting } from '../../../delivery/guarantee';
import { guaranteesOf, repairOf } from '../../../delivery/guarantees';
import { settingOrigin } from '../../../delivery/guaranteeWords';
import type { SourceRange } from '../../../text/range';
import { text } from '../../example';
import { isOpen, repairFixes, repairWords } from '../../repairFix';
import { defineRule } from '../../rule';
import { judge, type Origin } from '../../wants';

/** A promise that the settings of producer, channel and consumer together do not keep. */
export default defineRule({
  name: 'delivery/declared-exceeds-derived',
  severity: 'error',
  summary: 'A flow declares a stronger guarantee than its settings give.',
  why: `
A guarantee is a property of the whole way, from the publisher over every channel and route to the consumer's work, and
the weakest part decides. From the settings that hold, written ones and the defaults of the known clients and brokers,
an explicit-state model of the flow is searched for the fewest faults that lose a message or have it processed twice.
Where one fault is enough, or none, the flow does not give what it declares; the message tells the shortest story, and
what to change.

The consumer's word counts for the flow, as the effect happens there; without it, the publisher's, and without both the
configuration's \`guarantee\`. Where only an assumed default decides, the finding is a warning: state the client's
version, or the setting. The message says which deciding values nobody stated.`,
  sources: [
    'https://kafka.apache.org/documentation/#semantics',
    'https://www.rabbitmq.com/docs/reliability',
    'https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901234',
    'https://docs.nats.io/nats-concepts/jetstream',
  ],
  messages: {
    short: '{who} declares {declared}, but {flow} gives {derived}: {story} {grounds}{repair}.',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            orders.placed: { broker: events, partitions: 12, replicas: 3, minInsyncReplicas: 2 }
          services:
            checkout:
              client: kafka-java@3.9
              publishes:
                orders.placed: { acks: 1, key: order_id }
            billing:
              client: kafka-java@3.9
              consumes:
                orders.placed: { guarantee: at-least-once, group: billing, commit: after-processing }
        `,
        report: text`
          error delivery/declared-exceeds-derived billing declares at-least-once, but checkout > orders.placed > billing gives best-effort: 1. checkout sends m1. 2. The leader of orders.placed appends m1. 3. The leader acknowledges m1. 4. The leader crashes before the followers have what it has. 5. A follower that is in sync becomes the leader and does not have m1. 6. m1 is gone: billing never works on it to the end. Set acks to all for checkout, which adds a round trip to the followers to each send.
            test.flow.yaml:14:35
            14 |       orders.placed: { guarantee: at-least-once, group: billing, commit: after-processing }
               |                                   ^^^^^^^^^^^^^
            test.flow.yaml:10:30 acks of checkout is 1 here
        `,
        fixed: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            orders.placed: { broker: events, partitions: 12, replicas: 3, minInsyncReplicas: 2 }
          services:
            checkout:
              client: kafka-java@3.9
              publishes:
                orders.placed: { acks: all, key: order_id }
            billing:
              client: kafka-java@3.9
              consumes:
                orders.placed: { guarantee: at-least-once, group: billing, commit: after-processing }
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            payments: { broker: events, replicas: 3, minInsyncReplicas: 2 }
          services:
            gateway:
              client: kafka-java@3.9
              publishes:
                payments: { key: payment_id }
            ledger:
              client: kafka-java@3.9
              consumes:
                payments: { guarantee: exactly-once, group: ledger, autoCommit: false, commit: after-processing }
        `,
        report: text`
          error delivery/declared-exceeds-derived ledger declares exactly-once, but gateway > payments > ledger gives at-least-once: 1. gateway sends m1; payments stores and acknowledges it. 2. ledger fetches m1 from payments. 3. ledger works on m1. 4. ledger crashes before the offset behind m1 is committed, and begins again at the last commit. 5. ledger fetches m1 from payments. 6. ledger works on m1. 7. ledger has worked on m1 twice. Let ledger recognise messages that come twice (idempotentBy).
            test.flow.yaml:14:30
            14 |       payments: { guarantee: exactly-once, group: ledger, autoCommit: false, commit: after-processing }
               |                              ^^^^^^^^^^^^
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            invoices: { broker: events, replicas: 3, minInsyncReplicas: 2 }
          services:
            shop:
              client: kafka-java
              publishes:
                invoices: { key: invoice_id }
            books:
              client: kafka-java@3.9
              consumes:
                invoices: { guarantee: at-least-once, group: books, commit: after-processing }
        `,
        report: text`
          warning delivery/declared-exceeds-derived books declares at-least-once, but shop > invoices > books gives best-effort: 1. shop sends m1. 2. The leader of invoices appends m1. 3. The leader acknowledges m1. 4. The leader crashes before the followers have what it has. 5. A follower that is in sync becomes the leader and does not have m1. 6. m1 is gone: books never works on it to the end. (acks of shop is not stated, and 1 is the default of Java client < 3.0, assumed; idempotence of shop is not stated, and false is the default of Java client < 3.0.1, assumed.) Set idempotence to true for shop.
            test.flow.yaml:14:30
            14 |       invoices: { guarantee: at-least-once, group: books, commit: after-processing }
               |                              ^^^^^^^^^^^^^
        `,
        fixed: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            invoices: { broker: events, replicas: 3, minInsyncReplicas: 2 }
          services:
            shop:
              client: kafka-java
              publishes:
                invoices: { key: invoice_id, idempotence: true }
            books:
              client: kafka-java@3.9
              consumes:
                invoices: { guarantee: at-least-once, group: books, commit: after-processing }
        `,
      },
    ],
    valid: [
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            payments: { broker: events, replicas: 3, minInsyncReplicas: 2 }
          services:
            gateway:
              client: kafka-java@3.9
              publishes:
                payments: { key: payment_id }
            ledger:
              client: kafka-java@3.9
              consumes:
                payments: { guarantee: exactly-once, group: ledger, commit: after-processing, idempotentBy: payment_id }
            audit:
              client: kafka-java@3.9
              consumes:
                payments: { guarantee: at-least-once, group: audit, commit: after-processing }
            ticker:
              client: kafka-java@3.9
              consumes:
                payments: { guarantee: at-most-once, group: ticker, commit: before-processing, idempotentBy: payment_id }
        `,
      },
    ],
  },
  * check(model, { guarantee: common }) {
    // Of flows that end at one consumer the shortest tells it best: what goes wrong on its last leg is not told again
    // for each way that leads there.
    const flows = [...guaranteesOf(model, { guarantee: common })].sort((a, b) => a.flow.via.length - b.flow.via.length);
    for (const found of flows) {
      const { flow, declared } = found;
      if (declared === undefined) continue;
      const { derived, decidedBy } = found;
      if (decidedBy === undefined || !fallsShort(declared.value, derived)) continue;
      const hazard = missedBy(found);
      const { trace, deciding } = found.hazards[hazard];
      // Where no one setting decides, all of them together do.
      const grounds = deciding.length > 0 ? deciding : found.settings;
      if (grounds.some((one) => isOpen(flow, one)) || isBeforeDeadLetter(found, deciding)) continue;
      const severity = judge('error', { kind: 'declared' }, originOf(grounds, deciding.length > 0 ? isByAssumption(found.hazards[hazard]) : grounds.some(isAssumed)));
      if (severity === undefined) continue;
      const repair = repairOf(found);
      yield {
        message: 'short',
        at: declared.by?.at ?? flow.consume.at,
        data: {
          who: declared.who ?? 'The configuration', declared: declared.value, derived, flow: flow.id,
          story: trace.map(({ text: sentence }, i) => `${i + 1}. ${sentence}`).join(' '), repair: repairWords(found),
          grounds: unstatedWords(deciding),
        },
        severity,
        related: deciding.flatMap((one) => placeOf(one)),
        fixes: repair === undefined ? [] : repairFixes(model, flow, repair),
      };
    }
  },
});

/** A message stays short: hover and the explanation tell of all. */
const mostTold = 2;

/** The hazard that the promise rules out and the settings do not. */
function missedBy({ declared, derived, hazards }: FlowGuarantee): 'loss' | 'duplication' {
  const isLost = hazards.loss.faults !== null && hazards.loss.faults <= 1;
  return isLost && declared !== undefined && fallsShort(declared.value, 'at-most-once') && derived !== 'at-least-once' ? 'loss' : 'duplication';
}

/** True if what decides lies before the place where messages are set aside: it is told of the ordinary flow. */
function isBeforeDeadLetter({ flow }: FlowGuarantee, deciding: readonly FlowSetting[]): boolean {
  const route = flow.routes.find(({ kind }) => kind === 'dead-letter');
  if (route === undefined) return false;
  const at = flow.stations.findIndex((station) => station.kind === 'channel' && station.channel === route.to);
  return deciding.length > 0 && deciding.every(({ station }) => station < at);
}

/** As firm as what decides: where what is stated has its share in it, other clients and versions change nothing. */
function originOf(deciding: readonly FlowSetting[], isGuess: boolean): Origin {
  if (isGuess) return 'assumed';
  return deciding.some(({ setting }) => setting.from === 'declared') ? 'written' : 'default';
}

/** What decides and nobody stated, as a sentence with a space behind it; empty where files state it all. */
function unstatedWords(deciding: readonly FlowSetting[]): string {
  // What a flow may say and need not has no default to tell of: the repair names it.
  const all = deciding.filter(({ setting }) => setting.from === 'unknown' || (setting.from === 'default' && setting.source !== ''));
  const words = all.slice(0, mostTold).map(({ key, subject, setting, taken }) => (setting.from === 'unknown'
    ? `${key} of ${subject} is said nowhere, and ${taken}, the weakest, is assumed` : `${key} of ${subject} is not stated, and ${taken} is ${settingOrigin(setting)}`));
  const more = all.length - words.length;
  return words.length === 0 ? '' : `(${words.join('; ')}${more === 0 ? '' : `; and ${more} more`}.) `;
}

function placeOf({ key, subject, setting, taken }: FlowSetting): { at: SourceRange; message: string }[] {
  return setting.from === 'declared' ? [{ at: setting.at, message: `${key} of ${subject} is ${taken} here` }] : [];
}
