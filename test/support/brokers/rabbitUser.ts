import { connect, type ChannelModel, type ConfirmChannel } from 'amqplib';

/** A program beside the one that is tested: what it publishes and declares is what a tap is to see and to leave alone. */
export interface RabbitUser {
  readonly connection: ChannelModel;
  readonly channel: ConfirmChannel;
}

/** @param url with user and password */
export async function rabbitUser(url: string): Promise<RabbitUser> {
  const connection = await connect(url);
  // A broker that a test stops ends the connection; without a listener that would end the tests.
  connection.on('error', () => {});
  try {
    return { connection, channel: await connection.createConfirmChannel() };
  } catch (error) {
    await connection.close();
    throw error;
  }
}
