import type { NatsConnection } from '@nats-io/transport-node';
import type { JetStreamManager, StreamInfo } from '@nats-io/jetstream';
import { BrokerError } from '../driver';
import { natsError } from './failure';

export async function managerOf(connection: NatsConnection): Promise<JetStreamManager> {
  const { jetstreamManager } = await import('@nats-io/jetstream');
  // The check asks for the account's figures, for which a reader may have no right.
  return await jetstreamManager(connection, { checkAPI: false, timeout: 8000 });
}

/** The stream that an address means, and the part of it that is wanted. */
export interface StreamPart {
  readonly info: StreamInfo;
  /** Set where the address is a subject in the stream rather than its name. */
  readonly filter?: string;
}

/** A stream by its name, or the stream that holds a subject. @throws BrokerError of kind `missing`. */
export async function findStream(
  manager: JetStreamManager,
  address: string,
  where: string,
): Promise<StreamPart> {
  try {
    if (!/[.*>\s]/.test(address)) return { info: await manager.streams.info(address) };
    return { info: await manager.streams.info(await manager.streams.find(address)), filter: address };
  } catch (error) {
    const e = natsError(error, where);
    if (e.kind !== 'missing' && !/no stream matches/i.test(e.message)) throw e;
    throw new BrokerError(
      'missing',
      `${where} has no stream ${address}. Check the name, or tap the subject without JetStream.`,
      { cause: error },
    );
  }
}
