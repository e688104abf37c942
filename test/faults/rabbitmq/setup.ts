import { connect, type Channel, type ChannelModel, type Options } from 'amqplib';
import { startRabbit, type RunningBroker } from '../../support/brokers';
import { until } from '../../../scripts/support/until.mjs';
import { amqpFraming } from '../frames';
import { startProxy, type Proxy } from '../proxy';

/** One RabbitMQ for all rows, with a proxy before it; each run has queues of its own. */
export interface Rabbit {
  readonly broker: RunningBroker;
  readonly proxy: Proxy;
  /** A name that no other run has. */
  name(): string;
}

export async function openRabbit(): Promise<{ context: Rabbit; close(): Promise<void> }> {
  const broker = await startRabbit();
  const proxy = await startProxy(amqpFraming, broker.port);
  let runs = 0;
  return {
    context: { broker, proxy, name: () => `orders-${++runs}` },
    async close() {
      await proxy.close();
      await broker.stop();
    },
  };
}

/** Does something on a connection, past the proxy where nothing else is said, and closes it. */
export async function onChannel<T>(
  on: Rabbit, act: (channel: Channel, connection: ChannelModel) => Promise<T>, port = on.broker.port,
): Promise<T> {
  const connection = await connect(`amqp://guest:guest@127.0.0.1:${port}`);
  connection.on('error', () => {});
  try {
    return await act(quiet(await connection.createChannel()), connection);
  } finally {
    await connection.close().catch(() => {});
  }
}

/** A cut connection is told by what fails on it; its event would end the process. */
export function quiet<C extends Channel>(channel: C): C {
  channel.on('error', () => {});
  return channel;
}

export interface PublishOptions {
  readonly confirms: boolean;
  readonly publish?: Options.Publish;
  /** By default the queue's own name on the default exchange. */
  readonly exchange?: string;
  readonly routingKey?: (n: number) => string;
  /** Where each number goes by default. */
  readonly queue?: string;
}

/**
 * Publishes the numbers one at a time through the proxy and connects again when it is cut off. With confirms each is
 * awaited and sent again until it is confirmed; what is nacked or returned is given up and is not among the
 * acknowledged. Without confirms all that was written counts.
 */
export async function publishNumbers(on: Rabbit, list: readonly number[], options: PublishOptions): Promise<number[]> {
  const acknowledged: number[] = [];
  let publisher = await openPublisher(on, options);
  for (const n of list) {
    for (;;) {
      const outcome = await publisher.publish(n);
      if (outcome === 'taken') acknowledged.push(n);
      if (outcome !== 'cut') break;
      publisher = await openPublisher(on, options);
      // Without confirms the program cannot know which message was cut off, and goes on with the next.
      if (!options.confirms) {
        acknowledged.push(n);
        break;
      }
    }
  }
  await publisher.close();
  return acknowledged;
}

type Fate = 'taken' | 'refused' | 'cut';

async function openPublisher(on: Rabbit, options: PublishOptions): Promise<{
  publish(n: number): Promise<Fate>; close(): Promise<void>;
}> {
  const connection = await until(() => connect(`amqp://guest:guest@127.0.0.1:${on.proxy.port}`), {
    what: 'a connection', every: 20,
  });
  let isCut = false;
  let cut!: () => void;
  const whenCut = new Promise<Fate>((resolve) => { cut = () => { isCut = true; resolve('cut'); }; });
  connection.on('error', () => {});
  connection.on('close', () => cut());
  const to = (n: number): [string, string, Buffer, Options.Publish] => [
    options.exchange ?? '', options.routingKey?.(n) ?? options.queue!, Buffer.from(String(n)),
    { messageId: String(n), ...options.publish },
  ];
  const close = async (): Promise<void> => connection.close().catch(() => {});
  if (!options.confirms) {
    const channel = quiet(await connection.createChannel());
    return {
      close,
      async publish(n) {
        channel.publish(...to(n));
        // A question behind the message: once it is answered, the message has arrived.
        await Promise.race([channel.checkExchange('amq.direct').catch(() => {}), whenCut]);
        return isCut ? 'cut' : 'taken';
      },
    };
  }
  const channel = quiet(await connection.createConfirmChannel());
  const returned = new Set<string>();
  channel.on('return', (message: { properties: { messageId: string } }) => returned.add(message.properties.messageId));
  return {
    close,
    publish: (n) => Promise.race([whenCut, new Promise<Fate>((resolve) => {
      channel.publish(...to(n), (error: unknown) => {
        // Any other error is that of the cut connection, which `whenCut` tells.
        if (error && !(error instanceof Error && error.message === 'message nacked')) return;
        resolve(error || returned.has(String(n)) ? 'refused' : 'taken');
      });
    })]),
  };
}

/** Takes all that a queue holds, in order. */
export function emptied(on: Rabbit, queue: string): Promise<number[]> {
  return onChannel(on, async (channel) => {
    const numbers: number[] = [];
    for (let message = await channel.get(queue); message; message = await channel.get(queue)) {
      numbers.push(Number(message.content.toString()));
      channel.ack(message);
    }
    return numbers;
  });
}
