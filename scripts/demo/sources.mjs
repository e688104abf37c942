import { createServer } from 'node:net';
import { isListening } from '../support/ports.mjs';
import { orders, receipt, shelfWeight, stockLevel } from './messages.mjs';

const usual = { mqtt: 1883, kafka: 9092, rabbitmq: 5672, nats: 4222 };

/**
 * Starts everything that publishes: an MQTT broker in this process with the shelves of the shop, and
 * publishers to the brokers that run on their usual ports of this machine.
 *
 * @param {(line: string) => void} say
 * @returns {Promise<{ env: Record<string, string>, stop(): Promise<void> }>} `env`: what the editor
 *   must know to find the brokers
 */
export async function startSources(say) {
  /** @type {(() => unknown)[]} */
  const stops = [];
  const env = {};
  const url = await startMqtt(say, stops);
  env.SHOP_MQTT_URL = url;
  for (const [name, start] of Object.entries({ kafka: publishOrders, rabbitmq: publishReceipts, nats: publishStock })) {
    if (!await isListening(usual[name])) {
      say(`${name}: nothing answers on port ${usual[name]}; its flows are linted and drawn, not tailed`);
      continue;
    }
    try {
      stops.push(await start(say));
    } catch (error) {
      say(`${name}: it answers on port ${usual[name]}, but publishing failed: ${error instanceof Error ? error.message : error}`);
    }
  }
  return {
    env,
    stop: async () => {
      for (const stop of stops.reverse()) await stop();
    },
  };
}

/** Calls again and again. A broker that is gone refuses by throwing; the demo goes on without it. */
function every(ms, publish) {
  return setInterval(() => {
    try {
      publish();
    } catch {
      // What is not published is not seen in the tail, whose state says why.
    }
  }, ms);
}

async function startMqtt(say, stops) {
  const { Aedes } = await import('aedes');
  const port = await isListening(usual.mqtt) ? 0 : usual.mqtt;
  const broker = await Aedes.createBroker();
  const server = createServer(broker.handle);
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const { port: taken } = /** @type {import('node:net').AddressInfo} */ (server.address());
  stops.push(() => new Promise((resolve) => {
    broker.close(() => server.close(resolve));
  }));
  let n = 0;
  const timer = setInterval(() => {
    const { topic, payload } = shelfWeight(n++);
    broker.publish({ topic, payload: Buffer.from(payload), qos: 0, retain: false, cmd: 'publish', dup: false }, () => {});
  }, 400);
  stops.push(() => clearInterval(timer));
  say(`mqtt: an embedded broker on port ${taken}, with the shop's shelves publishing`);
  return `mqtt://localhost:${taken}`;
}

async function publishOrders(say) {
  const { Kafka, logLevel } = (await import('kafkajs')).default;
  const kafka = new Kafka({ clientId: 'tailrace-demo', brokers: [`localhost:${usual.kafka}`], logLevel: logLevel.NOTHING, retry: { retries: 1 } });
  const admin = kafka.admin();
  await admin.connect();
  // kafkajs's wait for leaders may fail where the topic is just made, and it would stay; sending tries again.
  const made = await admin.createTopics({ topics: [{ topic: 'orders.placed', numPartitions: 3 }], waitForLeaders: false });
  const producer = kafka.producer();
  await producer.connect();
  const encode = await orders();
  let n = 0;
  const timer = setInterval(() => {
    producer.send({ topic: 'orders.placed', acks: -1, messages: [encode(n++)] }).catch(() => {});
  }, 700);
  say(`kafka: publishing orders to topic orders.placed${made ? ', made for this demo and removed with it' : ''}`);
  return async () => {
    clearInterval(timer);
    try {
      await producer.disconnect();
      if (made) await admin.deleteTopics({ topics: ['orders.placed'] });
      await admin.disconnect();
    } catch (error) {
      say(`kafka: topic orders.placed may have stayed: ${error instanceof Error ? error.message : error}`);
    }
  };
}

async function publishReceipts(say) {
  const { connect } = await import('amqplib');
  const connection = await connect(`amqp://localhost:${usual.rabbitmq}`);
  connection.on('error', () => {});
  const channel = await connection.createConfirmChannel();
  channel.on('error', () => {});
  await channel.assertExchange('mail', 'topic', { durable: true });
  let n = 0;
  const timer = every(900, () => {
    const { routingKey, payload } = receipt(n++);
    channel.publish('mail', routingKey, Buffer.from(payload), { contentType: 'application/json', messageId: `r-${n}` });
  });
  say('rabbitmq: publishing receipts to exchange mail');
  return async () => {
    clearInterval(timer);
    try {
      // An exchange that somebody has bound to meanwhile is not ours alone any more: then it stays.
      await channel.deleteExchange('mail', { ifUnused: true });
      await connection.close();
    } catch {
      // The broker is gone, or the exchange is somebody's.
    }
  };
}

async function publishStock(say) {
  const { connect } = await import('@nats-io/transport-node');
  const connection = await connect({ servers: `localhost:${usual.nats}` });
  let n = 0;
  const timer = every(600, () => connection.publish('stock.level', stockLevel(n++)));
  say('nats: publishing to subject stock.level');
  return async () => {
    clearInterval(timer);
    await connection.close();
  };
}
