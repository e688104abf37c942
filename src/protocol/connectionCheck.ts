import type { BrokerErrorKind } from '../brokers/driver';

/** The steps of connecting, in the order in which they are gone. */
export const checkSteps = ['name', 'port', 'tls', 'protocol', 'sign-in', 'rights'] as const;
export type CheckStep = (typeof checkSteps)[number];

/** What a test of a connection came to. */
export interface ConnectionCheck {
  readonly steps: readonly {
    readonly step: CheckStep;
    /** `unused`: this connection has no such step, or the broker cannot tell. */
    readonly state: 'passed' | 'failed' | 'not-reached' | 'unused';
  }[];
  /** `Kafka 4.1, 3 brokers`; absent where it could not be connected to. */
  readonly about?: string;
  /** The broker's reason with what to change, one sentence. */
  readonly reason?: string;
  readonly kind?: BrokerErrorKind;
  /** How many channels it shows this user; absent where it does not tell. */
  readonly channels?: number;
  /** RabbitMQ: whether the management API answered this user; absent where none is named and none was found. */
  readonly management?: boolean;
}
