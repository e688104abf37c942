import { effectiveChannel, effectiveConsume, isJetStream } from '../../../delivery/effective';
import { durationWords } from '../../durations';
import { durationWord, insertFix, replaceFix } from '../../dialectKeys';
import type { Consume, FlowModel } from '../../../model/model';
import type { Setting } from '../../../model/settings';
import { text } from '../../example';
import { defineRule, type Finding } from '../../rule';
import { judge, wishRelated } from '../../wants';
import { channelWords, edgeWords, originOf, speaks } from '../../words';

type Message = 'work' | 'queued' | 'wait' | 'none';

/** The broker gives a message out again while somebody still works on it. */
export default defineRule({
  name: 'consumer/ack-timeout',
  severity: 'warning',
  summary: 'A consumer works longer on a message than the broker waits for its acknowledgement.',
  why: `
JetStream delivers a message again when its ack has not come within the ack wait, 30 seconds by default: with
longer work every message is done twice, without any crash. RabbitMQ waits 30 minutes by default, then
closes the consumer's channel (from 4.3 on it takes the message from a quorum queue's consumer, and leaves other queues
alone) and delivers the message again. RabbitMQ's clock starts at the delivery, so that the time which a message spends in the
client's prefetch buffer counts as well: the last of 250 prefetched messages waits for all the others.

It is reported where a file says how long the work takes (\`processingTime\`). A NACK custom resource without
\`ackWait\` is reported always: its definition fills in one nanosecond, and the server does not put its own default in that place.`,
  sources: [
    'https://docs.nats.io/nats-concepts/jetstream/consumers#ackpolicy',
    'https://www.rabbitmq.com/docs/consumers#acknowledgement-timeout',
    'https://www.rabbitmq.com/docs/confirms#channel-qos-prefetch',
    'https://github.com/nats-io/nack/issues/136',
  ],
  messages: {
    wait: '{edge} and works up to {time} on a message, but the ack wait is {limit}{reason}: each is delivered again while it is in work. Raise ackWait above {time}, or tell the server that the work goes on (in-progress ack).',
    work: '{edge} and works up to {time} on a message, but {channel} has a consumer timeout of {limit}{reason}: RabbitMQ takes the message away and delivers it again while it is in work. Raise the timeout (consumerTimeout), or split the work.',
    queued: '{edge} with a prefetch of {prefetch}{reason} and works up to {time} on a message: the last one waits {total} for its ack, longer than the consumer timeout of {limit}, and is delivered again. Lower prefetch to {good} or less, or raise the timeout.',
    none: '{edge} and ackWait is not set; NACK fills in one nanosecond, so that messages are delivered again before anybody can have acknowledged them. Set ackWait: 30s.',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            inside: { protocol: nats }
            work: { protocol: rabbitmq, version: "4.1" }
          channels:
            videos.cut: { broker: inside, stream: { storage: file, replicas: 3 } }
            videos.sent: { broker: work, queue: quorum, consumerTimeout: 10m }
            videos.made: { broker: work, queue: quorum }
          services:
            cutter:
              client: nats.go@1.37
              consumes:
                videos.cut: { guarantee: at-least-once, durable: cutter, processingTime: 2m }
            sender:
              consumes:
                videos.sent: { guarantee: at-least-once, ack: manual, processingTime: 15m, prefetch: 1 }
            maker:
              client: spring-amqp@3.1
              consumes:
                videos.made: { guarantee: at-least-once, processingTime: 30s }
        `,
        report: text`
          warning consumer/ack-timeout cutter consumes stream videos.cut and works up to 2m on a message, but the ack wait is 30s (the default of NATS server): each is delivered again while it is in work. Raise ackWait above 2m, or tell the server that the work goes on (in-progress ack).
            test.flow.yaml:13:80
            13 |       videos.cut: { guarantee: at-least-once, durable: cutter, processingTime: 2m }
               |                                                                                ^^
            test.flow.yaml:13:32 cutter declares at-least-once here

          warning consumer/ack-timeout sender consumes queue videos.sent and works up to 15m on a message, but queue videos.sent has a consumer timeout of 10m: RabbitMQ takes the message away and delivers it again while it is in work. Raise the timeout (consumerTimeout), or split the work.
            test.flow.yaml:16:77
            16 |       videos.sent: { guarantee: at-least-once, ack: manual, processingTime: 15m, prefetch: 1 }
               |                                                                             ^^^
            test.flow.yaml:7:64 the consumer timeout is set here
            test.flow.yaml:16:33 sender declares at-least-once here

          warning consumer/ack-timeout maker consumes queue videos.made with a prefetch of 250 (the default of Spring AMQP >= 2.0) and works up to 30s on a message: the last one waits 125m for its ack, longer than the consumer timeout of 30m, and is delivered again. Lower prefetch to 60 or less, or raise the timeout.
            test.flow.yaml:20:64
            20 |       videos.made: { guarantee: at-least-once, processingTime: 30s }
               |                                                                ^^^
            test.flow.yaml:20:33 maker declares at-least-once here
        `,
        fixed: text`
          flow: 1
          brokers:
            inside: { protocol: nats }
            work: { protocol: rabbitmq, version: "4.1" }
          channels:
            videos.cut: { broker: inside, stream: { storage: file, replicas: 3 } }
            videos.sent: { broker: work, queue: quorum, consumerTimeout: 1800s }
            videos.made: { broker: work, queue: quorum }
          services:
            cutter:
              client: nats.go@1.37
              consumes:
                videos.cut: { guarantee: at-least-once, durable: cutter, processingTime: 2m, ackWait: 180s }
            sender:
              consumes:
                videos.sent: { guarantee: at-least-once, ack: manual, processingTime: 15m, prefetch: 1 }
            maker:
              client: spring-amqp@3.1
              consumes:
                videos.made: { guarantee: at-least-once, processingTime: 30s, prefetch: 60 }
        `,
      },
      {
        files: text`
          === consumer.yaml
          apiVersion: jetstream.nats.io/v1beta2
          kind: Consumer
          metadata: { name: cutter }
          spec:
            streamName: videos
            durableName: cutter
            ackPolicy: explicit
        `,
        report: text`
          info consumer/ack-timeout cutter consumes subject videos and ackWait is not set; NACK fills in one nanosecond, so that messages are delivered again before anybody can have acknowledged them. Set ackWait: 30s.
            consumer.yaml:5:15
            5 |   streamName: videos
              |               ^^^^^^
        `,
      },
    ],
    valid: [
      {
        files: text`
          flow: 1
          brokers:
            inside: { protocol: nats }
            work: { protocol: rabbitmq, version: "4.1" }
          channels:
            videos.cut: { broker: inside, stream: { storage: file, replicas: 3 } }
            videos.sent: { broker: work, queue: quorum, consumerTimeout: 1h }
          services:
            cutter:
              client: nats.go@1.37
              consumes:
                videos.cut: { guarantee: at-least-once, durable: cutter, ackWait: 3m, processingTime: 2m }
            sender:
              consumes:
                videos.sent: { guarantee: at-least-once, ack: manual, processingTime: 15m, prefetch: 1 }
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            inside: { protocol: nats }
            work: { protocol: rabbitmq, version: "4.3" }
          channels:
            videos.cut: { broker: inside }
            videos.sent: { broker: work, queue: classic }
            videos.made: { broker: work, queue: quorum }
          services:
            cutter:
              client: nats.go@1.37
              consumes:
                videos.cut: { processingTime: 2m }
            sender:
              client: amqplib@2.0
              consumes:
                videos.sent: { guarantee: at-least-once, ack: manual, processingTime: 45m, prefetch: 1 }
                videos.made: { guarantee: at-most-once, ack: auto, processingTime: 45m }
        `,
      },
    ],
  },
  * check(model, { wants }): Iterable<Finding<Message>> {
    for (const consume of model.consumes) {
      const late = consume.protocol === 'rabbitmq' ? lateRabbit(consume, model)
        : speaks(consume, 'nats') && isJetStream(consume) ? lateJetStream(consume, model) : undefined;
      if (late === undefined) continue;
      const wish = wants.consume(consume);
      // That the work takes long is written; the limit that it breaks may be a default.
      const severity = judge('warning', wish, late.isAssumed ? 'assumed' : 'written');
      if (severity === undefined) continue;
      yield { ...late.finding, severity, related: [...late.finding.related ?? [], ...wishRelated(wish) ?? []] };
    }
  },
});

interface Late {
  readonly finding: Finding<Message>;
  readonly isAssumed: boolean;
}

function lateJetStream(consume: Consume, model: FlowModel): Late | undefined {
  const { ackWait, ackPolicy } = effectiveConsume(consume);
  const time = consume.settings.processingTime;
  const limit = known(ackWait);
  if (limit === undefined || (ackPolicy?.from !== 'unknown' && ackPolicy?.value === 'none')) return undefined;
  const edge = edgeWords(consume);
  if (ackWait?.from === 'default' && limit < 1) {
    // A waiting time that no file tells stands in its place.
    if (consume.settings.onFailure?.backoff !== undefined) return undefined;
    const finding = { message: 'none', at: consume.at, data: { edge }, fixes: insertFix(consume, 'ackWait', '30s', true) } as const;
    return { finding, isAssumed: false };
  }
  if (time === undefined || time.value < limit) return undefined;
  const written = ackWait?.from === 'declared';
  const needed = Math.ceil(time.value * 1.5);
  const value = durationWord(model, written ? ackWait.at : time.at, needed);
  return {
    finding: {
      message: 'wait',
      at: time.at,
      data: { edge, time: durationWords(time.value), limit: durationWords(limit), reason: because(ackWait) },
      related: written ? [{ at: ackWait.at, message: 'the ack wait is set here' }] : [],
      fixes: written ? replaceFix(model, ackWait.at, 'ackWait', value, false) : insertFix(consume, 'ackWait', value, false),
    },
    isAssumed: originOf(ackWait) === 'assumed',
  };
}

function lateRabbit(consume: Consume, model: FlowModel): Late | undefined {
  const { channel } = consume;
  const time = consume.settings.processingTime;
  if (time === undefined || channel === undefined) return undefined;
  const { ack, prefetch } = effectiveConsume(consume);
  const { consumerTimeout } = effectiveChannel(channel);
  const limit = known(consumerTimeout);
  if (limit === undefined || !Number.isFinite(limit)) return undefined;
  if (ack === undefined || ack.from === 'unknown' || ack.value === 'auto') return undefined;
  const data = { edge: edgeWords(consume), time: durationWords(time.value), limit: durationWords(limit), channel: channelWords(channel) };
  const related = consumerTimeout?.from === 'declared' ? [{ at: consumerTimeout.at, message: 'the consumer timeout is set here' }] : [];
  const isAssumed = originOf(consumerTimeout) === 'assumed';
  if (time.value >= limit) {
    const fixes = consumerTimeout?.from === 'declared'
      ? replaceFix(model, consumerTimeout.at, 'consumerTimeout', durationWord(model, consumerTimeout.at, time.value * 2), false) : undefined;
    return { finding: { message: 'work', at: time.at, data: { ...data, reason: because(consumerTimeout) }, related, fixes }, isAssumed };
  }
  // Without a limit nobody can say how long a message waits: `capacity/prefetch` tells.
  const taken = known(prefetch);
  if (taken === undefined || taken < 2) return undefined;
  const atOnce = consume.settings.concurrency?.value ?? 1;
  const total = Math.ceil(taken / atOnce) * time.value;
  if (total <= limit) return undefined;
  const good = Math.max(1, Math.floor(limit / time.value) * atOnce);
  const written = prefetch?.from === 'declared';
  return {
    finding: {
      message: 'queued',
      at: written ? prefetch.at : time.at,
      data: { ...data, prefetch: taken, total: durationWords(total), good, reason: because(prefetch) },
      related: written ? [{ at: time.at, message: 'the time of the work is said here' }, ...related] : related,
      fixes: written ? replaceFix(model, prefetch.at, 'prefetch', String(good), false) : insertFix(consume, 'prefetch', String(good), false),
    },
    isAssumed: isAssumed || originOf(prefetch) === 'assumed',
  };
}

function because(setting: Setting<number> | undefined): string {
  return setting?.from === 'default' ? ` (the default of ${setting.of})` : '';
}

function known(setting: Setting<number> | undefined): number | undefined {
  return setting === undefined || setting.from === 'unknown' ? undefined : setting.value;
}
