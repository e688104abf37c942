import type { ClientId } from './clients';
import type { Defaults, Weakness } from './history';

/** What a client puts into a consumer's configuration where its caller says nothing. */
export interface NatsConsumeDefaults {
  readonly ackPolicy: 'none' | 'all' | 'explicit';
  /** Milliseconds. */
  readonly ackWait: number;
  /** Messages that a subscription holds before it drops some. */
  readonly pendingLimit: number;
}

export const natsConsumeWeakness: Weakness<NatsConsumeDefaults> = { ackPolicy: ['none', 'all', 'explicit'] };

const goConstants = 'https://pkg.go.dev/github.com/nats-io/nats.go#pkg-constants';
const crd = 'https://github.com/nats-io/nack/blob/main/deploy/crds.yml';

/**
 * The server takes an absent ack policy for `none`. nats.go always sends one and nats-py's classic
 * API defaults to explicit; nats.js sends a consumer's configuration as it is given, and nats-py's
 * newer package says none.
 */
export const natsConsumeDefaults: Partial<Record<ClientId, Defaults<NatsConsumeDefaults>>> = {
  'nats.go': {
    ackPolicy: [{ value: 'explicit', source: 'https://pkg.go.dev/github.com/nats-io/nats.go/jetstream#AckPolicy' }],
    pendingLimit: [
      { value: 65_536, source: goConstants }, { value: 524_288, since: '1.11', source: goConstants },
      { value: 500_000, since: '1.44', source: goConstants },
    ],
  },
  'nats.js': {
    ackPolicy: [{ value: 'none', source: 'https://nats-io.github.io/nats.js/jetstream/variables/AckPolicy.html' }],
  },
  'nats-py': {
    ackPolicy: [{ value: 'explicit', source: 'https://nats-io.github.io/nats.py/modules.html' }],
    pendingLimit: [{ value: 524_288, source: 'https://nats-io.github.io/nats.py/modules.html' }],
  },
  nack: {
    ackPolicy: [{ value: 'none', source: crd }],
    // The resource definition fills in one nanosecond, which the server takes as it is.
    ackWait: [{ value: 1e-6, source: crd }],
  },
};

/** JSConsumerWQRequiresExplicitAckErr: who asks for another policy gets no consumer. */
export const workQueueAcks = 'https://github.com/nats-io/nats-server/blob/main/server/consumer.go';

/** What the server decides of a consumer where its configuration leaves it out. */
export interface NatsServerConsumeDefaults {
  /** Milliseconds. */
  readonly ackWait: number;
  /** -1 is no limit. */
  readonly maxDeliver: number;
  readonly maxAckPending: number;
}

const consumers = 'https://docs.nats.io/nats-concepts/jetstream/consumers';

export const natsServerConsumeDefaults: Defaults<NatsServerConsumeDefaults> = {
  ackWait: [{ value: 30_000, source: consumers }],
  maxDeliver: [{ value: -1, source: consumers }],
  maxAckPending: [
    { value: 20_000, source: 'https://github.com/nats-io/nats-server/blob/v2.7.4/server/consumer.go' },
    { value: 1000, since: '2.8', source: consumers },
  ],
};

/** JetStream stream settings that the server decides where nobody says otherwise. */
export interface NatsStreamDefaults {
  readonly storage: 'file' | 'memory';
  readonly replicas: number;
  readonly retention: 'limits' | 'interest' | 'workqueue';
  readonly discard: 'old' | 'new';
  readonly duplicateWindow: number;
}

const streams = 'https://docs.nats.io/nats-concepts/jetstream/streams';

export const natsStreamDefaults: Defaults<NatsStreamDefaults> = {
  storage: [{ value: 'file', source: streams }],
  replicas: [{ value: 1, source: streams }],
  retention: [{ value: 'limits', source: streams }],
  discard: [{ value: 'old', source: streams }],
  duplicateWindow: [{ value: 120_000, source: streams }],
};

export interface NatsServerDefaults {
  /** For how long a stored message may be in the operating system's memory only. */
  readonly syncInterval: number;
  readonly maxMessageSize: number;
}

export const natsServerDefaults: Defaults<NatsServerDefaults> = {
  syncInterval: [
    { value: 60_000, source: 'https://github.com/nats-io/nats-server/blob/v2.9.0/server/filestore.go' },
    { value: 120_000, since: '2.10', source: 'https://docs.nats.io/running-a-nats-service/configuration#jetstream' },
  ],
  maxMessageSize: [{ value: 1_048_576, source: 'https://docs.nats.io/running-a-nats-service/configuration#limits' }],
};
