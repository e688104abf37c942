import type { ClientId } from './clients';
import type { Defaults, Weakness } from './history';

export interface NatsConsumeDefaults {
  readonly ackPolicy: 'none' | 'all' | 'explicit';
  /** Milliseconds. */
  readonly ackWait: number;
  /** -1 is no limit. */
  readonly maxDeliver: number;
}

export const natsConsumeWeakness: Weakness<NatsConsumeDefaults> = { ackPolicy: ['none', 'all', 'explicit'] };

const consumers = 'https://docs.nats.io/nats-concepts/jetstream/consumers';
const wait = [{ value: 30_000, source: consumers }];
const deliver = [{ value: -1, source: consumers }];

/**
 * The server takes an absent ack policy for `none`. nats.go always sends one and nats-py's classic
 * API defaults to explicit; nats.js sends a consumer's configuration as it is given, and nats-py's
 * newer package says none.
 */
export const natsConsumeDefaults: Partial<Record<ClientId, Defaults<NatsConsumeDefaults>>> = {
  'nats.go': {
    ackPolicy: [{ value: 'explicit', source: 'https://pkg.go.dev/github.com/nats-io/nats.go/jetstream#AckPolicy' }],
    ackWait: wait, maxDeliver: deliver,
  },
  'nats.js': {
    ackPolicy: [{ value: 'none', source: 'https://nats-io.github.io/nats.js/jetstream/variables/AckPolicy.html' }],
    ackWait: wait, maxDeliver: deliver,
  },
  'nats-py': {
    ackPolicy: [{ value: 'explicit', source: 'https://nats-io.github.io/nats.py/modules.html' }],
    ackWait: wait, maxDeliver: deliver,
  },
  nack: {
    ackPolicy: [{ value: 'none', source: 'https://github.com/nats-io/nack/blob/main/docs/api.md' }],
    maxDeliver: deliver,
  },
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
