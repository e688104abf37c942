import { effectiveBroker } from '../../../delivery/effectiveBroker';
import { effectiveChannel, effectiveStream } from '../../../delivery/effective';
import type { Channel } from '../../../model/model';
import type { Needs, Setting } from '../../../model/settings';
import type { SourceRange } from '../../../text/range';
import type { RuleContext } from '../../context';
import { text } from '../../example';
import { isLocal, isTryOut } from '../../locality';
import { keepersOf, needsOf } from '../../needs';
import { defineRule } from '../../rule';
import { channelWords } from '../../words';

type Outlived = NonNullable<Needs['durability']>['value'];

/** What is in the way, as the middle of a sentence, what would do instead, and where it is written. */
interface Fault {
  readonly what: string;
  readonly cure: string;
  readonly at?: SourceRange;
  /** True where it rests on a default that files may only fail to override. */
  readonly isDefault?: boolean;
}

/** Acknowledged messages must outlive a failure that takes the only copy. */
export default defineRule({
  name: 'fit/durability',
  severity: 'error',
  summary: 'Acknowledged messages must outlive a failure that the channel does not survive.',
  why: `
To outlive a restart, messages must be on a disk: not in core NATS, in a JetStream stream in memory, in a RabbitMQ queue that
is not durable, or in an MQTT broker without persistence. To outlive the loss of a node they must be on another one, too, when
they are acknowledged: a Kafka topic needs min.insync.replicas 2, a quorum queue, a RabbitMQ stream and a JetStream stream
several members, since a majority has what is acknowledged. A classic queue has one copy. To outlive the loss of a zone the
copies must lie in three zones: of two, one may hold the majority, or all replicas that were in sync.

Nothing is said of what no file tells (the zones of a cluster, the nodes of an MQTT broker). Brokers in a development or
test environment are left alone, and for lost nodes and zones those on this machine or in a compose file.`,
  sources: [
    'https://kafka.apache.org/documentation/#design_ha',
    'https://www.rabbitmq.com/docs/quorum-queues#availability',
    'https://docs.nats.io/nats-concepts/jetstream#persistent-and-consistent-distributed-storage',
    'https://mosquitto.org/man/mosquitto-conf-5.html',
  ],
  messages: {
    unmet: '{who} needs messages of {channel} to outlive {failure}, but {what}. {cure}.',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka, environment: production }
            work: { protocol: rabbitmq, environment: production, nodes: 3, zones: 2 }
            inside: { protocol: nats, environment: production }
            field: { protocol: mqtt, environment: production, persistence: false }
          channels:
            orders.placed: { broker: events, replicas: 3, minInsyncReplicas: 1, needs: { durability: node-loss } }
            orders.billed: { broker: events, replicas: 1, needs: { durability: node-loss } }
            mail: { broker: work, queue: quorum, needs: { durability: zone-loss } }
            print: { broker: work, queue: classic, needs: { durability: node-loss } }
            ticks: { broker: inside, needs: { durability: restart } }
            jobs: { broker: inside, stream: { replicas: 1 }, needs: { durability: node-loss } }
            cache: { broker: inside, stream: { storage: memory }, needs: { durability: restart } }
            trucks/position: { broker: field }
          services:
            tracking:
              consumes:
                trucks/position: { qos: 1, needs: { durability: restart } }
        `,
        report: text`
          error fit/durability Somebody needs messages of topic orders.placed to outlive the loss of a node, but it has min.insync.replicas 1, so that one replica may be all that has an acknowledged record. Set min.insync.replicas to 2.
            test.flow.yaml:8:92
            8 |   orders.placed: { broker: events, replicas: 3, minInsyncReplicas: 1, needs: { durability: node-loss } }
              |                                                                                            ^^^^^^^^^
            test.flow.yaml:8:68 said here

          error fit/durability Somebody needs messages of topic orders.billed to outlive the loss of a node, but it has 1 replica. Use 3 replicas, and min.insync.replicas 2.
            test.flow.yaml:9:70
            9 |   orders.billed: { broker: events, replicas: 1, needs: { durability: node-loss } }
              |                                                                      ^^^^^^^^^
            test.flow.yaml:9:46 said here

          error fit/durability Somebody needs messages of queue mail to outlive the loss of a zone, but work spans 2 zones, one of which may hold the majority. Spread it over 3 zones.
            test.flow.yaml:10:61
            10 |   mail: { broker: work, queue: quorum, needs: { durability: zone-loss } }
               |                                                             ^^^^^^^^^
            test.flow.yaml:4:73 said here

          error fit/durability Somebody needs messages of queue print to outlive the loss of a node, but it is a classic queue, which is on one node. Use a quorum queue.
            test.flow.yaml:11:63
            11 |   print: { broker: work, queue: classic, needs: { durability: node-loss } }
               |                                                               ^^^^^^^^^
            test.flow.yaml:11:33 said here

          error fit/durability Somebody needs messages of subject ticks to outlive a restart of the broker, but core NATS keeps no message. Store the subject in a JetStream stream.
            test.flow.yaml:12:49
            12 |   ticks: { broker: inside, needs: { durability: restart } }
               |                                                 ^^^^^^^

          error fit/durability Somebody needs messages of stream jobs to outlive the loss of a node, but it has 1 replica. Use 3 replicas.
            test.flow.yaml:13:73
            13 |   jobs: { broker: inside, stream: { replicas: 1 }, needs: { durability: node-loss } }
               |                                                                         ^^^^^^^^^
            test.flow.yaml:13:47 said here

          error fit/durability Somebody needs messages of stream cache to outlive a restart of the broker, but it has storage memory. Use storage file.
            test.flow.yaml:14:78
            14 |   cache: { broker: inside, stream: { storage: memory }, needs: { durability: restart } }
               |                                                                              ^^^^^^^
            test.flow.yaml:14:47 said here

          error fit/durability tracking needs messages of topic trucks/position to outlive a restart of the broker, but field has persistence off. Turn persistence on.
            test.flow.yaml:19:55
            19 |       trucks/position: { qos: 1, needs: { durability: restart } }
               |                                                       ^^^^^^^
            test.flow.yaml:6:66 said here
        `,
      },
      {
        files: text`
          === billing.flow.yaml
          flow: 1
          services:
            billing:
              consumes:
                mail.out: { ack: manual, needs: { durability: restart } }
          === definitions.json
          {
            "rabbit_version": "4.1.0",
            "vhosts": [{ "name": "/" }],
            "queues": [{ "name": "mail.out", "vhost": "/", "durable": false, "auto_delete": false, "arguments": {} }],
            "exchanges": [],
            "bindings": []
          }
        `,
        report: text`
          error fit/durability billing needs messages of queue mail.out to outlive a restart of the broker, but it is not durable. Use a durable queue that stays.
            billing.flow.yaml:5:53
            5 |       mail.out: { ack: manual, needs: { durability: restart } }
              |                                                     ^^^^^^^
            definitions.json:4:61 said here
        `,
      },
    ],
    valid: [
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka, environment: production, zones: 3 }
            work: { protocol: rabbitmq, environment: production, nodes: 3 }
            inside: { protocol: nats, environment: production }
            field: { protocol: mqtt, environment: production }
            pair: { protocol: kafka, environment: production, zones: 2 }
          channels:
            orders.paid: { broker: pair, replicas: 4, minInsyncReplicas: 3, needs: { durability: zone-loss } }
            orders.placed: { broker: events, replicas: 3, minInsyncReplicas: 2, needs: { durability: zone-loss } }
            mail: { broker: work, queue: quorum, needs: { durability: zone-loss } }
            print: { broker: work, queue: classic, durable: true, needs: { durability: restart } }
            jobs: { broker: inside, stream: { replicas: 3, storage: file }, needs: { durability: node-loss } }
            trucks/position: { broker: field, needs: { durability: node-loss } }
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka, url: "localhost:9092" }
            inside: { protocol: nats, environment: production }
          channels:
            orders.placed: { broker: events, replicas: 1, needs: { durability: node-loss } }
            ticks: { broker: inside, needs: { durability: none } }
        `,
      },
    ],
  },
  * check(model, context) {
    for (const need of needsOf(model, 'durability')) {
      if (need.value === 'none') continue;
      for (const keeper of keepersOf(need.channel)) {
        const name = keeper === need.channel ? 'it' : channelWords(keeper);
        const fault = faultOf(keeper, name, need.value, context);
        if (fault === undefined) continue;
        yield {
          message: 'unmet', at: need.at,
          data: { who: need.who, channel: channelWords(need.channel), failure: failures[need.value], what: fault.what, cure: fault.cure },
          severity: fault.isDefault === true ? 'warning' : 'error',
          related: fault.at && [{ at: fault.at, message: 'said here' }],
        };
        break;
      }
    }
  },
});

const failures: Readonly<Record<Outlived, string>> = {
  none: 'nothing', restart: 'a restart of the broker', 'node-loss': 'the loss of a node', 'zone-loss': 'the loss of a zone',
};

/** The first failure of those asked for, from the smallest up, that takes the messages. */
function faultOf(keeper: Channel, name: string, wanted: Outlived, context: RuleContext): Fault | undefined {
  if (isTryOut(keeper.broker, context)) return undefined;
  const restart = restartFault(keeper, name);
  if (restart !== undefined || wanted === 'restart' || isLocal(keeper.broker, context)) return restart;
  return nodeFault(keeper, name) ?? (wanted === 'zone-loss' ? zoneFault(keeper) : undefined);
}

function restartFault(keeper: Channel, name: string): Fault | undefined {
  const { stream, durable, exclusive, autoDelete } = keeper.settings;
  switch (keeper.protocol) {
    case 'nats':
      if (stream === undefined) return keeper.kind === 'stream' ? undefined : { what: 'core NATS keeps no message', cure: 'Store the subject in a JetStream stream' };
      return stream.storage?.value === 'memory' ? { what: `${name} has storage memory`, cure: 'Use storage file', at: stream.storage.at } : undefined;
    case 'rabbitmq': {
      const [key, said] = durable?.value === false ? ['is not durable', durable] as const
        : exclusive?.value === true ? ['is exclusive', exclusive] as const
          : autoDelete?.value === true ? ['is auto-delete', autoDelete] as const : [undefined, undefined] as const;
      return said && { what: `${name} ${key}`, cure: 'Use a durable queue that stays', at: said.at };
    }
    case 'mqtt': {
      const { persistence } = effectiveBroker(keeper.broker, 'mqtt');
      if (!isKnown(persistence) || persistence.value) return undefined;
      const broker = keeper.broker?.name ?? 'its broker';
      return {
        what: persistence.from === 'declared' ? `${broker} has persistence off` : `${broker} does not say persistence, and mosquitto's default is false`,
        cure: 'Turn persistence on', at: placeOf(persistence), isDefault: persistence.from === 'default',
      };
    }
    default:
      return undefined;
  }
}

function nodeFault(keeper: Channel, name: string): Fault | undefined {
  switch (keeper.protocol) {
    case 'kafka': {
      const { replicas, minInsyncReplicas: min } = effectiveChannel(keeper);
      if (replicas?.from !== 'declared') return undefined;
      if (replicas.value < 2) return { what: `${name} has 1 replica`, cure: 'Use 3 replicas, and min.insync.replicas 2', at: replicas.at };
      if (min === undefined || min.from === 'unknown' || min.value > 1) return undefined;
      return {
        what: `${name} has min.insync.replicas 1${min.from === 'default' ? ' by default' : ''}, so that one replica may be all that has an acknowledged record`,
        cure: 'Set min.insync.replicas to 2', at: placeOf(min), isDefault: min.from === 'default',
      };
    }
    case 'rabbitmq': {
      const { queue } = keeper.settings;
      const { replicas } = effectiveChannel(keeper);
      if (queue?.value === 'classic') return { what: `${name} is a classic queue, which is on one node`, cure: 'Use a quorum queue', at: queue.at };
      const members = replicas?.from === 'declared' ? replicas : keeper.broker?.nodes;
      if (queue === undefined || members === undefined || members.value > 1) return undefined;
      return { what: `${name} is on one node`, cure: 'Use a cluster of 3 nodes, and 3 members', at: members.at };
    }
    case 'nats': {
      const replicas = effectiveStream(keeper)?.replicas;
      if (!isKnown(replicas) || replicas.value > 1) return undefined;
      return {
        what: `${name} has 1 replica${replicas.from === 'declared' ? '' : ' by default'}`, cure: 'Use 3 replicas',
        at: placeOf(replicas), isDefault: replicas.from === 'default',
      };
    }
    default:
      return undefined;
  }
}

function zoneFault(channel: Channel): Fault | undefined {
  const zones = channel.broker?.zones;
  if (zones === undefined || zones.value >= 3 || (zones.value === 2 && isInBothZones(channel))) return undefined;
  const many = channel.protocol === 'kafka' ? 'all replicas that were in sync' : 'the majority';
  return {
    what: `${channel.broker?.name} spans ${zones.value === 1 ? 'one zone' : `2 zones, one of which may hold ${many}`}`,
    cure: 'Spread it over 3 zones', at: zones.at,
  };
}

/** True for a Kafka topic that asks for more replicas in sync than lie in one of two zones. */
function isInBothZones(channel: Channel): boolean {
  if (channel.protocol !== 'kafka') return false;
  const { replicas, minInsyncReplicas: min } = effectiveChannel(channel);
  return replicas?.from === 'declared' && min?.from === 'declared' && min.value > Math.ceil(replicas.value / 2);
}

/** False for what is only assumed of a broker that is not known. */
function isKnown<T>(setting: Setting<T> | undefined): setting is Exclude<Setting<T>, { from: 'unknown' }> {
  return setting !== undefined && (setting.from === 'declared' || (setting.from === 'default' && setting.assumed !== true));
}

function placeOf(setting: Setting<unknown>): SourceRange | undefined {
  return setting.from === 'declared' ? setting.at : undefined;
}
