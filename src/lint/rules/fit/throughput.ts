import { effectiveChannel } from '../../../delivery/effective';
import type { Channel, Consume } from '../../../model/model';
import type { SourceRange } from '../../../text/range';
import { countWords, durationWords } from '../../durations';
import { text } from '../../example';
import { keepersOf, needsOf, readersOf } from '../../needs';
import { defineRule, type Finding } from '../../rule';
import { channelWords } from '../../words';

interface Bound {
  /** Messages a second. */
  readonly rate: number;
  readonly workers: string;
  readonly related: readonly { readonly at: SourceRange; readonly message: string }[];
}

/** More messages are to go through than the consumer can work on. */
export default defineRule({
  name: 'fit/throughput',
  severity: 'error',
  summary: 'More messages a second are needed than the consumers can work on one after another.',
  why: `
A consumer that works on one message at a time for 50 ms gets through 20 a second, whatever the broker does. More workers help
as far as the channel lets them: all messages in one order leave room for one worker, a Kafka topic read in order for one a
partition, a queue with a single active consumer for one in order. Beyond that the backlog grows until something gives.

It is worked out from what files state: the work for one message (\`processingTime\`), how many a program works on at a time
(\`concurrency\`) and how often it runs (\`instances\`). Where the channel's own limit does not decide, nothing is said unless
\`concurrency\` and \`instances\` are stated.`,
  sources: [
    'https://kafka.apache.org/documentation/#intro_consumers',
    'https://www.rabbitmq.com/docs/consumers#single-active-consumer',
  ],
  messages: {
    slow: '{who} needs {needed} messages a second of {channel}, but {reader} works on each for {time}, and {workers}: that makes {rate} a second. {cure}.',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
            work: { protocol: rabbitmq }
          channels:
            orders.placed: { broker: events, partitions: 6, needs: { throughput: 1000, ordering: per-key } }
            audit: { broker: events, partitions: 1, needs: { throughput: 100, ordering: total } }
            mail: { broker: work, queue: quorum, singleActiveConsumer: true, needs: { throughput: 50, ordering: per-key } }
            print: { broker: work, queue: quorum }
          services:
            billing:
              consumes:
                orders.placed: { group: billing, processingTime: 50ms }
                audit: { group: billing, processingTime: 20ms }
            mailer:
              instances: 2
              consumes:
                mail: { ack: manual, processingTime: 100ms }
                print: { ack: manual, processingTime: 2s, concurrency: 4, needs: { throughput: 10 } }
        `,
        report: text`
          error fit/throughput Somebody needs 1,000 messages a second of topic orders.placed, but billing works on each for 50ms, and in order its 6 partitions let 6 be worked on at a time: that makes 120 a second. It takes 50 at a time, or less work for each.
            test.flow.yaml:6:72
            6 |   orders.placed: { broker: events, partitions: 6, needs: { throughput: 1000, ordering: per-key } }
              |                                                                        ^^^^
            test.flow.yaml:13:56 the work of billing for one message
            test.flow.yaml:6:48 the number of partitions

          error fit/throughput Somebody needs 100 messages a second of topic audit, but billing works on each for 20ms, and an order of all leaves room for one at a time: that makes 50 a second. It takes 2 at a time, or less work for each.
            test.flow.yaml:7:64
            7 |   audit: { broker: events, partitions: 1, needs: { throughput: 100, ordering: total } }
              |                                                                ^^^
            test.flow.yaml:14:48 the work of billing for one message

          error fit/throughput Somebody needs 50 messages a second of queue mail, but mailer works on each for 100ms, and in order a single active consumer works on one at a time: that makes 10 a second. It takes 5 at a time, or less work for each.
            test.flow.yaml:8:89
            8 |   mail: { broker: work, queue: quorum, singleActiveConsumer: true, needs: { throughput: 50, ordering: per-key } }
              |                                                                                         ^^
            test.flow.yaml:18:44 the work of mailer for one message
            test.flow.yaml:8:62 the single active consumer

          error fit/throughput mailer needs 10 messages a second of queue print, but it works on each for 2s, and 2 instances work on 4 at a time: that makes 4 a second. It takes 20 at a time, or less work for each.
            test.flow.yaml:19:86
            19 |       print: { ack: manual, processingTime: 2s, concurrency: 4, needs: { throughput: 10 } }
               |                                                                                      ^^
            test.flow.yaml:19:45 the work of mailer for one message
            test.flow.yaml:19:62 how many messages mailer works on at a time
            test.flow.yaml:16:16 how often mailer runs
        `,
      },
    ],
    valid: [
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
            work: { protocol: rabbitmq }
          channels:
            orders.placed: { broker: events, partitions: 100, needs: { throughput: 1000, ordering: per-key } }
            print: { broker: work, queue: quorum, needs: { throughput: 10 } }
          services:
            billing:
              consumes:
                orders.placed: { group: billing, processingTime: 50ms }
            printer:
              instances: 10
              consumes:
                print: { ack: manual, processingTime: 2s, concurrency: 4 }
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq }
          channels:
            print: { broker: work, queue: quorum, needs: { throughput: 10 } }
          services:
            printer:
              consumes:
                print: { ack: manual, processingTime: 2s }
        `,
      },
    ],
  },
  * check(model): Iterable<Finding<'slow'>> {
    const orders = new Map<Channel, 'per-key' | 'total'>();
    for (const { channel, value } of needsOf(model, 'ordering')) {
      if (value !== 'none' && orders.get(channel) !== 'total') orders.set(channel, value);
    }
    for (const need of needsOf(model, 'throughput')) {
      for (const keeper of keepersOf(need.channel)) {
        for (const reader of readersOf(need, keeper)) {
          const time = reader.settings.processingTime;
          if (time === undefined || !(time.value > 0)) continue;
          const bound = boundOf(reader, keeper, orders.get(keeper) ?? keeper.settings.ordering?.value, time.value);
          if (bound === undefined || bound.rate >= need.value) continue;
          yield {
            message: 'slow', at: need.at,
            data: {
              who: need.who, needed: countWords(need.value), channel: channelWords(need.channel),
              reader: reader === need.edge ? 'it' : reader.service.name, time: durationWords(time.value),
              workers: bound.workers, rate: countWords(bound.rate), cure: `It takes ${countWords(Math.ceil(need.value * time.value / 1000))} at a time, or less work for each`,
            },
            related: [{ at: time.at, message: `the work of ${reader.service.name} for one message` }, ...bound.related],
          };
        }
      }
    }
  },
});

/** The most that a reader gets through: by the order that is needed, else by what it states of itself. */
function boundOf(reader: Consume, channel: Channel, order: string | undefined, time: number): Bound | undefined {
  const of = (workers: number, words: string, related: Bound['related'] = []): Bound => ({ rate: workers * 1000 / time, workers: words, related });
  if (order === 'total') return of(1, 'an order of all leaves room for one at a time');
  const { singleActiveConsumer } = channel.settings;
  const { concurrency } = reader.settings;
  // A program that works on several messages at a time may well keep those of one key apart.
  if (order === 'per-key' && concurrency === undefined) {
    if (singleActiveConsumer?.value === true) {
      return of(1, 'in order a single active consumer works on one at a time', [{ at: singleActiveConsumer.at, message: 'the single active consumer' }]);
    }
    const { partitions } = effectiveChannel(channel);
    if (channel.protocol === 'kafka' && partitions?.from === 'declared') {
      const words = `in order its ${partitions.value} partition${partitions.value === 1 ? ' lets' : 's let'} ${partitions.value} be worked on at a time`;
      return of(partitions.value, words, [{ at: partitions.at, message: 'the number of partitions' }]);
    }
  }
  const { instances } = reader.service;
  if (concurrency === undefined || instances === undefined) return undefined;
  const copies = singleActiveConsumer?.value === true ? 1 : instances.value;
  const words = `${copies} instance${copies === 1 ? '' : 's'} work${copies === 1 ? 's' : ''} on ${concurrency.value} at a time`;
  return of(copies * concurrency.value, words, [
    { at: concurrency.at, message: `how many messages ${reader.service.name} works on at a time` },
    { at: instances.at, message: `how often ${reader.service.name} runs` },
  ]);
}
