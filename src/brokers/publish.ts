import type { TapMessage, TapTarget } from './driver';

export interface PublishPlan {
  readonly verdict: 'ok' | 'refused';
  /** What it does, a sentence each: `Each message goes to every queue that orders is bound to: billing, audit.` */
  readonly effects: readonly string[];
  /** Why it is refused, in one sentence with what to do instead. */
  readonly reason?: string;
}

export interface OutgoingMessage {
  readonly key?: Uint8Array | string;
  /** Null is a Kafka tombstone. */
  readonly value: Uint8Array | null;
  readonly headers: readonly (readonly [name: string, value: string | Uint8Array])[];
  readonly partition?: number;
  /** RabbitMQ: key for an exchange. */
  readonly routingKey?: string;
  readonly contentType?: string;
  readonly qos?: 0 | 1 | 2;
  readonly retain?: boolean;
}

export interface PublishReceipt {
  readonly partition?: number;
  readonly offset?: string;
  /** What the broker could not promise: `QoS 0: nobody confirms it.` */
  readonly note?: string;
}

export interface Publisher {
  /** Resolves when the broker has confirmed it, as far as the protocol can. @throws BrokerError where it was not taken. */
  publish(message: OutgoingMessage): Promise<PublishReceipt>;
  close(): Promise<void>;
}

/**
 * Messages of a dead-letter channel on their way back. Nothing leaves the channel before the broker has
 * confirmed it elsewhere; what is not moved is given back by `close`.
 */
export interface Redrive {
  /** What holding messages does to others, a sentence each. */
  readonly effects: readonly string[];
  /** The next messages, at most so many, held from now on where the broker can. */
  read(count: number, signal: AbortSignal): Promise<readonly RedriveMessage[]>;
  /** Publishes, waits for the confirmation, then takes the message out of the channel where the broker can. */
  move(id: string, destination: RedriveDestination, message: OutgoingMessage): Promise<RedriveReceipt>;
  /** The other way, where reading costs the messages something. */
  readonly unseen?: UnseenRedrive;
  /** @throws BrokerError where a message could not be given back and is lost */
  close(): Promise<void>;
}

/** Moves messages that nobody has looked at, one after the other: each is taken, moved by `Redrive.move`, and only then shown. */
export interface UnseenRedrive {
  /** What cannot be shown, and what happens where one cannot be moved, a sentence each. */
  readonly effects: readonly string[];
  /** Why messages cannot be read and held here at all; absent: they can, at the price that `Redrive.effects` tells. */
  readonly onlyWay?: string;
  /** The next message, to be moved or given back at once; undefined where there is none. */
  take(signal: AbortSignal): Promise<RedriveMessage | undefined>;
  /** Gives back one that could not be moved. Resolves with what that did to it, in a sentence. */
  giveBack(id: string): Promise<string>;
}

export interface RedriveMessage {
  readonly id: string;
  readonly message: TapMessage;
  /** Where it came from, by what the broker or the framework wrote into its headers. */
  readonly source?: RedriveDestination & { readonly why: string };
  readonly reason?: string;
}

export interface RedriveDestination {
  readonly target: TapTarget;
  readonly routingKey?: string;
}

export interface RedriveReceipt extends PublishReceipt {
  /** False where it stays in the channel, as on Kafka. */
  readonly removed: boolean;
}
