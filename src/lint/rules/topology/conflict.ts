import type { Channel } from '../../../model/model';
import type { ChannelFact } from '../../../model/facts';
import { valueWords } from '../../../model/settingWords';
import type { SourceRange } from '../../../text/range';
import { text } from '../../example';
import { defineRule } from '../../rule';
import { channelWords } from '../../words';

/** Two files declare one channel, and differ in what they say of it. */
export default defineRule({
  name: 'topology/conflict',
  severity: 'warning',
  summary: 'Two files declare the same channel differently.',
  why: `
A topic, queue or stream exists once on its broker, whatever the files say. Where two of them declare it with
different settings, one of them is wrong: either nobody applies it, or both are applied and the last wins. RabbitMQ
refuses the second declaration of a queue whose arguments differ and closes the channel with 406
PRECONDITION_FAILED; partitions of a Kafka topic can be added and never taken away, and adding them moves keys to
other partitions. Make the files agree, or take the declaration out of one of them. If they are about two channels
on two brokers, say so: a flow file's \`broker:\` keeps them apart.`,
  sources: [
    'https://www.rabbitmq.com/docs/queues#property-equivalence',
    'https://kafka.apache.org/documentation/#basic_ops_modify_topic',
  ],
  messages: {
    differs: '{channel} has {setting} {value} here and {other} in {file}. It exists once, so one of the two is wrong. Make them agree.',
  },
  examples: {
    invalid: [
      {
        files: text`
          === broker/definitions.json
          {
            "rabbit_version": "4.0.0",
            "vhosts": [{ "name": "/" }],
            "queues": [{ "name": "mail", "vhost": "/", "durable": true, "arguments": { "x-message-ttl": 60000 } }],
            "exchanges": [], "bindings": []
          }
          === test.flow.yaml
          flow: 1
          brokers:
            work: { protocol: rabbitmq, url: "amqp://rabbit.example:5672" }
          channels:
            mail: { broker: work, queue: classic, durable: true, ttl: 30s }
        `,
        report: text`
          warning topology/conflict queue mail has ttl 30s here and 1m in definitions.json. It exists once, so one of the two is wrong. Make them agree.
            test.flow.yaml:5:61
            5 |   mail: { broker: work, queue: classic, durable: true, ttl: 30s }
              |                                                             ^^^
            broker/definitions.json:4:95 1m is said here
        `,
      },
    ],
    valid: [
      {
        files: text`
          === broker/definitions.json
          {
            "rabbit_version": "4.0.0",
            "vhosts": [{ "name": "/" }],
            "queues": [{ "name": "mail", "vhost": "/", "durable": true, "arguments": { "x-message-ttl": 30000 } }],
            "exchanges": [], "bindings": []
          }
          === test.flow.yaml
          flow: 1
          brokers:
            work: { protocol: rabbitmq, url: "amqp://rabbit.example:5672" }
          channels:
            mail: { broker: work, queue: classic, ttl: 30s }
        `,
      },
    ],
  },
  * check(model) {
    for (const channel of model.channels) {
      if (channel.declarations.length < 2) continue;
      for (const { name, at, value, otherAt, other } of differences(channel)) {
        const path = model.files.get(otherAt.file)?.path ?? '';
        yield {
          message: 'differs', at,
          data: {
            channel: channelWords(channel), setting: name, value: valueWords(name, value), other: valueWords(name, other),
            file: path.slice(path.lastIndexOf('/') + 1),
          },
          related: [{ at: otherAt, message: `${valueWords(name, other)} is said here` }],
        };
      }
    }
  },
});

interface Difference {
  readonly name: string;
  readonly at: SourceRange;
  readonly value: unknown;
  readonly otherAt: SourceRange;
  readonly other: unknown;
}

/** What counts is what the broker holds; what people wish of a channel (`ordering`, `external`) may differ. */
const wishes: ReadonlySet<string> = new Set(['ordering', 'external', 'name', 'subjects']);

/** Each setting that a declaration gives another value than the first one that gives it. */
function differences(channel: Channel): Difference[] {
  const first = new Map<string, { value: unknown; at: SourceRange; fact: ChannelFact }>();
  return channel.declarations.flatMap((fact) => {
    // What was only concluded contradicts nobody, and a patch is there to differ.
    if (fact.inferred !== undefined || fact.overrides === true) return [];
    const all = written(fact.settings);
    // Several at one place are what the dialect takes where nothing is written: nobody says them.
    const said = all.filter((one) => all.filter((other) => other.at.start === one.at.start).length === 1);
    return said.flatMap(({ name, value, at }) => {
      const before = first.get(name);
      if (before === undefined) first.set(name, { value, at, fact });
      if (before === undefined || before.value === value || Number.isNaN(value) || Number.isNaN(before.value)) return [];
      if (before.fact.address.at.file === fact.address.at.file || !oneEnvironment(before.fact, fact)) return [];
      if (areVariants(channel, before.fact, fact)) return [];
      return [{ name, at: before.at, value: before.value, otherAt: at, other: value }];
    });
  });
}

/** The settings that a declaration writes, those of a stream as `stream.storage`. */
function written(settings: object, prefix = ''): { name: string; value: unknown; at: SourceRange }[] {
  return Object.entries(settings).flatMap(([key, setting]: [string, unknown]) => {
    if (typeof setting !== 'object' || setting === null || wishes.has(key)) return [];
    if ('value' in setting && 'at' in setting) return [{ name: prefix + key, value: setting.value, at: setting.at as SourceRange }];
    return key === 'stream' ? written(setting, `${key}.`) : [];
  });
}

const environment = /(?:^|[^a-z])(dev|develop|development|local|test|testing|ci|int|qa|uat|e2e|stage|staging|sandbox|prod|production|live)(?=[^a-z]|$)/i;

/** False where the files' names say that they are of different environments: these may differ. */
function oneEnvironment(a: ChannelFact, b: ChannelFact): boolean {
  if (a.dialect === 'flow' || b.dialect === 'flow') return true;
  const of = (fact: ChannelFact): string | undefined => environment.exec(fact.address.at.file)?.[1]?.toLowerCase();
  return of(a) === of(b);
}

/** True where each declaration has a declaration of the cluster in its own folder: they are variants, one is applied. */
function areVariants(channel: Channel, a: ChannelFact, b: ChannelFact): boolean {
  const folder = (file: string): string => file.slice(0, file.lastIndexOf('/'));
  const [one, other] = [folder(a.address.at.file), folder(b.address.at.file)];
  if (one === other || a.dialect !== b.dialect) return false;
  const clusters = new Set(channel.broker?.facts.map((fact) => folder(fact.extent.file)));
  return clusters.has(one) && clusters.has(other);
}
