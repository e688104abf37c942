import { jetstream, jetstreamManager, type JetStreamClient, type JetStreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection, type NodeConnectionOptions } from '@nats-io/transport-node';

/** A program beside the one that is tested: what it publishes and makes is what a tap is to see and to leave alone. */
export interface NatsUser {
  readonly connection: NatsConnection;
  readonly js: JetStreamClient;
  readonly jsm: JetStreamManager;
}

export async function natsUser(servers: string | string[], options: Omit<NodeConnectionOptions, 'servers'> = {}): Promise<NatsUser> {
  const connection = await connect({ ...options, servers });
  try {
    return { connection, js: jetstream(connection), jsm: await jetstreamManager(connection) };
  } catch (error) {
    await connection.close();
    throw error;
  }
}
