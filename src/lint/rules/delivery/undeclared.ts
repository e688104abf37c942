import { guaranteesOf } from '../../../delivery/guarantees';
import type { FlowGuarantee } from '../../../delivery/guarantee';
import type { Consume, Publish } from '../../../model/model';
import type { Guarantee } from '../../../model/settings';
import { insertFix } from '../../dialectKeys';
import { text } from '../../example';
import { defineRule, type Finding } from '../../rule';
import { couldSaySettings, edgeWords } from '../../words';

/** Where nobody says what may become of messages, nobody can say that something is wrong. */
export default defineRule({
  name: 'delivery/undeclared',
  severity: 'info',
  enabled: false,
  summary: 'Neither end of a flow says whether its messages may be lost or repeated.',
  why: `
A guarantee is the measure that the other rules judge by: acks=1 is a fault where a message must arrive, and right
where it may get lost. Where a flow declares none, weak settings are reported one step lower, and defaults as information
or not at all. One \`guarantee\` at either end is enough: it holds for who publishes and who consumes, over routes
as well. \`guarantee\` in \`tailrace.config.yaml\` says it for all flows that declare none.

It is told at the consumer, where the flow ends, with what its settings give as they are; at a publisher only where no
consumer is known.

It is off by default: in a folder that grew without Tailrace it would be reported at every publish and consume.`,
  sources: [
    'https://kafka.apache.org/documentation/#semantics',
    'https://www.rabbitmq.com/docs/reliability',
  ],
  messages: {
    derived: '{edge}, and neither end says whether messages may be lost or repeated. As they are, the settings give {derived}: {words}. Declare that, or what you want instead.',
    nobody: '{edge}, and neither end says whether messages may be lost or repeated. Declare guarantee: at-least-once, at-most-once, exactly-once or best-effort.',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            orders.placed: { broker: events, replicas: 3, minInsyncReplicas: 2 }
          services:
            checkout:
              client: kafka-java@3.9
              publishes:
                orders.placed: { acks: all }
            billing:
              client: kafka-java@3.9
              consumes:
                orders.placed: { group: billing, commit: after-processing }
        `,
        report: text`
          info delivery/undeclared billing consumes topic orders.placed, and neither end says whether messages may be lost or repeated. As they are, the settings give at-least-once: no single fault loses messages, but one can repeat them. Declare that, or what you want instead.
            test.flow.yaml:14:7
            14 |       orders.placed: { group: billing, commit: after-processing }
               |       ^^^^^^^^^^^^^
        `,
        fixed: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            orders.placed: { broker: events, replicas: 3, minInsyncReplicas: 2 }
          services:
            checkout:
              client: kafka-java@3.9
              publishes:
                orders.placed: { acks: all }
            billing:
              client: kafka-java@3.9
              consumes:
                orders.placed: { group: billing, commit: after-processing, guarantee: at-least-once }
        `,
      },
      {
        files: text`
          === asyncapi.yaml
          asyncapi: 3.0.0
          info: { title: mailer, version: 1.0.0 }
          servers:
            work: { host: rabbit.example.com, protocol: amqps }
          channels:
            mail:
              address: mail
              bindings: { amqp: { is: queue, queue: { name: mail, durable: true } } }
          operations:
            sendMail:
              action: receive
              channel: { $ref: "#/channels/mail" }
        `,
        report: text`
          info delivery/undeclared mailer consumes queue mail, and neither end says whether messages may be lost or repeated. Declare guarantee: at-least-once, at-most-once, exactly-once or best-effort.
            asyncapi.yaml:12:23
            12 |     channel: { $ref: "#/channels/mail" }
               |                       ^^^^^^^^^^^^^^^
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
            orders.placed: { broker: events }
          services:
            checkout:
              publishes:
                orders.placed: { acks: all }
            billing:
              consumes:
                orders.placed: { guarantee: at-least-once, group: billing }
        `,
      },
      {
        files: text`
          === consumer.properties
          bootstrap.servers=kafka-1.example.com:9093
          group.id=billing
        `,
      },
    ],
  },
  * check(model, { wants }): Iterable<Finding<'derived' | 'nobody'>> {
    const silent = (edge: Publish | Consume): boolean => edge.channel !== undefined && edge.settings.guarantee === undefined
      && couldSaySettings(edge) && (edge.kind === 'publish' ? wants.publish(edge) : wants.consume(edge)).kind === 'undeclared';
    const consumes = model.consumes.filter(silent);
    const publishes = model.publishes.filter(silent);
    if (consumes.length + publishes.length === 0) return;
    const flows = guaranteesOf(model);
    for (const consume of consumes) {
      const derived = weakest(flows.filter(({ flow }) => flow.consume === consume));
      const edge = edgeWords(consume);
      if (derived === undefined) yield { message: 'nobody', at: consume.at, data: { edge } };
      else {
        yield {
          message: 'derived', at: consume.at, data: { edge, derived, words: words[derived] },
          fixes: insertFix(consume, 'guarantee', derived, false),
        };
      }
    }
    const read = new Set(flows.map(({ flow }) => flow.publish));
    for (const publish of publishes) {
      if (!read.has(publish)) yield { message: 'nobody', at: publish.at, data: { edge: edgeWords(publish) } };
    }
  },
});

const words: Readonly<Record<Guarantee, string>> = {
  'best-effort': 'one fault can lose messages, and one can repeat them',
  'at-most-once': 'one fault can lose messages, and none repeats them',
  'at-least-once': 'no single fault loses messages, but one can repeat them',
  'exactly-once': 'no single fault loses or repeats messages',
};

/** What holds for all flows that end at one consumer; undefined where none is known. */
function weakest(flows: readonly FlowGuarantee[]): Guarantee | undefined {
  if (flows.length === 0) return undefined;
  const all = flows.map(({ derived }) => derived);
  const loses = all.some((one) => one === 'best-effort' || one === 'at-most-once');
  const repeats = all.some((one) => one === 'best-effort' || one === 'at-least-once');
  return loses ? (repeats ? 'best-effort' : 'at-most-once') : repeats ? 'at-least-once' : 'exactly-once';
}
