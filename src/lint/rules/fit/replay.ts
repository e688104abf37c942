import { effectiveChannel } from '../../../delivery/effective';
import type { Channel } from '../../../model/model';
import { text } from '../../example';
import { keepersOf, needsOf } from '../../needs';
import { defineRule } from '../../rule';
import { channelWords } from '../../words';

/** Messages that were read must be readable again, and the channel does not keep them. */
export default defineRule({
  name: 'fit/replay',
  severity: 'error',
  summary: 'Messages must be readable again, and the channel forgets what was read.',
  why: `
A log keeps messages whether they were read or not: a Kafka topic and a RabbitMQ stream until their retention ends, a
JetStream stream with retention limits until its limits are reached. A queue removes a message once it is acknowledged, and
so does a JetStream stream with retention workqueue, or with interest when all have acknowledged it. Core NATS keeps nothing;
an MQTT broker keeps the last retained message of a topic and what waits for a session. A compacted topic keeps the last
record of each key.

Whether a log keeps them for long enough is the subject of capacity/retention-lag.`,
  sources: [
    'https://www.rabbitmq.com/docs/streams',
    'https://docs.nats.io/nats-concepts/jetstream/streams#retentionpolicy',
    'https://kafka.apache.org/documentation/#compaction',
    'https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html',
  ],
  messages: {
    queue: '{who} needs to read messages of {channel} again, but {keeper} is a {kind} queue: what is acknowledged is gone. Use a RabbitMQ stream.',
    core: '{who} needs to read messages of {channel} again, but core NATS keeps none. Store the subject in a JetStream stream with retention limits.',
    consumed: '{who} needs to read messages of {channel} again, but {keeper} has retention {kind}: what is acknowledged is gone. Use retention limits.',
    mqtt: '{who} needs to read messages of {channel} again, but an MQTT broker keeps the last retained one at most. Carry them on into a Kafka topic, a RabbitMQ stream or a JetStream stream, and read them there.',
    compacted: '{who} needs to read messages of {channel} again, but its cleanup.policy is {kind}: of each key the last record alone is sure to be there. Use cleanup.policy delete.',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq }
            inside: { protocol: nats }
            field: { protocol: mqtt }
            events: { protocol: kafka }
          channels:
            mail: { broker: work, exchange: topic }
            mail.out: { broker: work, queue: quorum, bindings: [{ exchange: mail, routingKey: mail.* }] }
            ticks: { broker: inside, needs: { replay: true } }
            jobs: { broker: inside, stream: { retention: workqueue, subjects: [jobs.>] } }
            trucks/position: { broker: field, qos: 1 }
            customers: { broker: events, cleanup: compact }
          services:
            office:
              publishes:
                mail: { needs: { replay: 7d } }
            audit:
              consumes:
                jobs: { needs: { replay: true } }
                trucks/position: { needs: { replay: 1d } }
                customers: { needs: { replay: true } }
        `,
        report: text`
          error fit/replay Somebody needs to read messages of subject ticks again, but core NATS keeps none. Store the subject in a JetStream stream with retention limits.
            test.flow.yaml:10:45
            10 |   ticks: { broker: inside, needs: { replay: true } }
               |                                             ^^^^

          error fit/replay office needs to read messages of exchange mail again, but queue mail.out is a quorum queue: what is acknowledged is gone. Use a RabbitMQ stream.
            test.flow.yaml:17:32
            17 |       mail: { needs: { replay: 7d } }
               |                                ^^

          error fit/replay audit needs to read messages of stream jobs again, but it has retention workqueue: what is acknowledged is gone. Use retention limits.
            test.flow.yaml:20:32
            20 |       jobs: { needs: { replay: true } }
               |                                ^^^^

          error fit/replay audit needs to read messages of topic trucks/position again, but an MQTT broker keeps the last retained one at most. Carry them on into a Kafka topic, a RabbitMQ stream or a JetStream stream, and read them there.
            test.flow.yaml:21:43
            21 |       trucks/position: { needs: { replay: 1d } }
               |                                           ^^

          error fit/replay audit needs to read messages of topic customers again, but its cleanup.policy is compact: of each key the last record alone is sure to be there. Use cleanup.policy delete.
            test.flow.yaml:22:37
            22 |       customers: { needs: { replay: true } }
               |                                     ^^^^
        `,
      },
      {
        files: text`
          === audit.flow.yaml
          flow: 1
          services:
            audit:
              consumes:
                JOBS: { needs: { replay: true } }
          === stream.yaml
          apiVersion: jetstream.nats.io/v1beta2
          kind: Stream
          metadata: { name: jobs }
          spec: { name: JOBS, subjects: [jobs.>], storage: file, retention: interest }
        `,
        report: text`
          error fit/replay audit needs to read messages of stream JOBS again, but it has retention interest: what is acknowledged is gone. Use retention limits.
            audit.flow.yaml:5:32
            5 |       JOBS: { needs: { replay: true } }
              |                                ^^^^
        `,
      },
    ],
    valid: [
      {
        files: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq }
            inside: { protocol: nats }
            events: { protocol: kafka }
          channels:
            mail: { broker: work, queue: stream, needs: { replay: 7d } }
            jobs: { broker: inside, stream: { subjects: [jobs.>] }, needs: { replay: true } }
            orders.placed: { broker: events, retention: 30d, needs: { replay: 7d } }
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq }
          channels:
            mail: { broker: work, queue: quorum, needs: { replay: false } }
        `,
      },
    ],
  },
  * check(model) {
    for (const need of needsOf(model, 'replay')) {
      if (need.value === false) continue;
      for (const keeper of keepersOf(need.channel)) {
        const fault = faultOf(keeper);
        if (fault === undefined) continue;
        yield {
          message: fault.message, at: need.at,
          data: { who: need.who, channel: channelWords(need.channel), keeper: keeper === need.channel ? 'it' : channelWords(keeper), kind: fault.kind },
        };
        break;
      }
    }
  },
});

function faultOf(keeper: Channel): { message: 'queue' | 'core' | 'consumed' | 'mqtt' | 'compacted'; kind: string } | undefined {
  const { queue, stream } = keeper.settings;
  switch (keeper.protocol) {
    case 'rabbitmq':
      return queue !== undefined && queue.value !== 'stream' ? { message: 'queue', kind: queue.value } : undefined;
    case 'nats': {
      if (stream === undefined) return keeper.kind === 'stream' ? undefined : { message: 'core', kind: '' };
      const retention = stream.retention?.value ?? 'limits';
      return retention === 'limits' ? undefined : { message: 'consumed', kind: retention };
    }
    case 'mqtt':
      return { message: 'mqtt', kind: '' };
    case 'kafka': {
      const { cleanup } = effectiveChannel(keeper);
      return cleanup?.from === 'declared' && cleanup.value.split(',').includes('compact') ? { message: 'compacted', kind: cleanup.value } : undefined;
    }
    case undefined:
      return undefined;
  }
}
