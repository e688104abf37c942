import { startClient } from '../child';
import { flowFile } from '../flow';
import { numbers, type Observed } from '../observed';
import type { Experiment } from '../row';
import { END, publish, publishEnd, subscribe, takeAway, withMosquitto } from './setup';

const SENT = numbers(10);

const flow = (consume: string): string => flowFile({
  protocol: 'mqtt',
  // Nothing is lost with the broker, so that what is lost is lost on the way to the subscriber.
  broker: 'persistence: true, syncInterval: 0s',
  channel: '',
  publisher: 'client: mqtt.js@5.16',
  publish: 'qos: 2, clientId: shop, cleanStart: false, maxInFlight: 1',
  consumer: 'client: mqtt.js@5.16',
  consume: `clientId: billing, maxInFlight: 1, ${consume}`,
});

/** The subscriber is away while the middle of ten messages is published. */
function away(qos: 0 | 1, clean: boolean): Experiment<void>['run'] {
  return () => withMosquitto({}, async (on) => {
    const first = await subscribe(on, qos, clean);
    const publisher = await on.connect({ clientId: 'shop', clean: false });
    const acknowledged = await publish(publisher, 2, SENT.slice(0, 3));
    // Its own end marks that it had these three before it went.
    await publishEnd(on);
    await first.ended();
    await takeAway(first.client);
    acknowledged.push(...await publish(publisher, 2, SENT.slice(3, 7)));
    const second = await subscribe(on, qos, clean);
    acknowledged.push(...await publish(publisher, 2, SENT.slice(7)));
    await publishEnd(on);
    return { sent: SENT, acknowledged, processed: [...first.processed, ...await second.ended()] };
  });
}

/** The subscriber's process is killed at the fifth of ten messages, and started again. */
function crash(options: Readonly<Record<string, unknown>>, moment: string): Experiment<void>['run'] {
  return () => withMosquitto({ conf: ['max_inflight_messages 1'] }, async (on): Promise<Observed> => {
    const subscriber = { url: on.broker.url, clean: false, ...options };
    const publisher = await on.connect({ clientId: 'shop', clean: false });
    const first = await startClient('mqttSubscriber.ts', { ...subscriber, hangAt: 5 });
    try {
      await first.heard('ready');
      await publish(publisher, 2, SENT.slice(0, 5));
      await first.heard(moment, 5);
    } finally {
      await first.kill();
    }
    await publish(publisher, 2, SENT.slice(5));
    await publishEnd(on);
    return { sent: SENT, acknowledged: SENT, processed: [...first.numbers('processed'), ...await rest(subscriber)] };
  });
}

/** A subscriber takes up the session and reads to its end. */
async function rest(subscriber: Readonly<Record<string, unknown>>): Promise<number[]> {
  const second = await startClient('mqttSubscriber.ts', subscriber);
  try {
    await second.heard('processed', END);
    return second.numbers('processed').filter((n) => n !== END);
  } finally {
    await second.kill();
  }
}

/**
 * The subscriber's process is killed after its PUBREC for the fifth message and before the PUBREL that
 * makes MQTT.js hand the message over.
 */
async function crashBeforePubrel(): Promise<Observed> {
  return withMosquitto({ conf: ['max_inflight_messages 1'] }, async (on) => {
    const subscriber = { url: `mqtt://127.0.0.1:${on.proxy.port}`, qos: 2, clean: false };
    const first = await startClient('mqttSubscriber.ts', subscriber);
    const pubrel = on.proxy.hold('broker', 'PUBREL', 5);
    try {
      await first.heard('ready');
      // Past the proxy, so that the PUBRELs counted there are the subscriber's.
      const publisher = await on.connect({ clientId: 'shop', clean: false, port: on.broker.port });
      await publish(publisher, 2, SENT);
      await publishEnd(on);
      await pubrel.held;
    } finally {
      await first.kill();
      pubrel.release();
    }
    return { sent: SENT, acknowledged: SENT, processed: [...first.numbers('processed'), ...await rest(subscriber)] };
  });
}

/** What the hop from the broker to the subscriber promises. */
export const subscribingRows: readonly Experiment<void>[] = [
  {
    id: 'mqtt/qos-0-subscriber-away',
    title: 'QoS 0 subscription with a session that is kept; published with QoS 2',
    flow: flow('qos: 0, cleanStart: false'),
    hazard: 'loss',
    faults: 1,
    injected: 'the subscriber is away for four messages',
    predicted: true,
    because: 'a message comes with the lower QoS of both ends, and QoS 0 is not kept for a session by default',
    run: away(0, false),
  },
  {
    id: 'mqtt/clean-session-away',
    title: 'QoS 1 subscription with a clean session',
    flow: flow('qos: 1, cleanStart: true'),
    hazard: 'loss',
    faults: 1,
    injected: 'the subscriber is away for four messages',
    predicted: true,
    because: 'a clean session ends with its connection, and its subscription with it (MQTT 3.1.1, 3.1.2.4)',
    run: away(1, true),
  },
  {
    id: 'mqtt/kept-session-away',
    title: 'QoS 1 subscription with a session that is kept',
    flow: flow('qos: 1, cleanStart: false'),
    hazard: 'loss',
    faults: 1,
    injected: 'the subscriber is away for four messages',
    predicted: false,
    because: 'the broker keeps QoS 1 messages for a session that is not clean (MQTT 3.1.1, 3.1.2.4)',
    run: away(1, false),
  },
  {
    id: 'mqtt/qos-1-crash-before-puback',
    title: 'QoS 1 subscription, PUBACK after the work',
    flow: flow('qos: 1, cleanStart: false, ack: manual'),
    hazard: 'duplication',
    faults: 1,
    injected: 'the subscriber is killed after the work and before PUBACK',
    predicted: true,
    because: 'without PUBACK the broker sends the message again when the session resumes (MQTT 3.1.1, 4.4)',
    run: crash({ qos: 1, how: 'acked-after' }, 'processed'),
  },
  {
    id: 'mqtt/ack-after-work-keeps',
    title: 'QoS 1 subscription, PUBACK after the work',
    flow: flow('qos: 1, cleanStart: false, ack: manual'),
    hazard: 'loss',
    faults: 1,
    injected: 'the subscriber is killed after the work and before PUBACK',
    predicted: false,
    because: 'the broker keeps the message until PUBACK',
    runs: 2,
    run: crash({ qos: 1, how: 'acked-after' }, 'processed'),
  },
  {
    id: 'mqtt/ack-before-work',
    title: 'QoS 1 subscription with an asynchronous handler, for which MQTT.js does not wait',
    flow: flow('qos: 1, cleanStart: false, processing: async'),
    hazard: 'loss',
    faults: 1,
    injected: 'the subscriber is killed in the middle of the work',
    predicted: true,
    because: 'PUBACK goes out as soon as the handler has returned, not when its promise is done',
    run: crash({ qos: 1, how: 'acked-before' }, 'taken'),
  },
  {
    id: 'mqtt/qos-2-crash-after-work',
    title: 'QoS 2 subscription, MQTT.js with its stores in memory',
    flow: flow('qos: 2, cleanStart: false'),
    hazard: 'duplication',
    faults: 1,
    injected: 'the subscriber is killed after the work, which MQTT.js starts at PUBREL, and before PUBCOMP',
    predicted: false,
    because: 'the broker sends only PUBREL again, and the new process knows no message for it',
    beyond: 'the model counts a crash of the publisher as well, which then sends again what it may have sent',
    runs: 2,
    run: crash({ qos: 2, how: 'acked-after' }, 'processed'),
  },
  {
    id: 'mqtt/qos-2-crash-before-pubrel',
    title: 'QoS 2 subscription, MQTT.js with its stores in memory',
    flow: flow('qos: 2, cleanStart: false'),
    hazard: 'loss',
    faults: 1,
    injected: 'the subscriber is killed between its PUBREC and the PUBREL at which MQTT.js hands the message over',
    predicted: true,
    because: 'PUBREC made the client responsible, and its only copy was in the memory of the killed process',
    run: crashBeforePubrel,
  },
  {
    id: 'mqtt/qos-2-work-before-pubrec',
    title: 'QoS 2 subscription, work done before PUBREC (customHandleAcks)',
    flow: flow('qos: 2, cleanStart: false, ack: manual'),
    hazard: 'duplication',
    faults: 1,
    injected: 'the subscriber is killed after the work and before PUBREC',
    predicted: true,
    because: 'without PUBREC the broker sends the whole message again',
    run: crash({ qos: 2, how: 'before-pubrec' }, 'processed'),
  },
];
