import type { MosquittoOptions } from '../../support/brokers';
import { flowFile } from '../flow';
import { numbers, type Observed } from '../observed';
import type { Experiment } from '../row';
import { publish, publishEnd, subscribe, takeAway, withMosquitto } from './setup';

const SENT = numbers(10);

const flow = (broker: string): string => flowFile({
  protocol: 'mqtt',
  broker: `version: "2.0", ${broker}`,
  channel: '',
  publisher: 'client: mqtt.js@5.16',
  publish: 'qos: 1, clientId: shop, cleanStart: false, maxInFlight: 1',
  consumer: 'client: mqtt.js@5.16',
  consume: 'qos: 1, clientId: billing, cleanStart: false, maxInFlight: 1',
});

/** The broker goes and comes back while it holds messages for a subscriber that is away. */
function restart(options: MosquittoOptions, how: 'in order' | 'killed', ballast = 0): () => Promise<Observed> {
  return () => withMosquitto(options, async (on) => {
    const first = await subscribe(on, 1);
    await takeAway(first.client);
    const publisher = await on.connect({ clientId: 'shop', clean: false });
    if (ballast > 0) await publisher.publishAsync('ballast', Buffer.alloc(ballast), { qos: 1, retain: true });
    const acknowledged = await publish(publisher, 1, SENT);
    if (how === 'killed') await on.broker.kill();
    await on.broker.restart();
    const second = await subscribe(on, 1);
    await publishEnd(on);
    return { sent: SENT, acknowledged, processed: await second.ended() };
  });
}

const AUTOSAVE = { persistence: false, conf: ['persistence true', 'persistence_location ./'] } as const;

/** What the broker itself keeps. */
export const restartRows: readonly Experiment<void>[] = [
  {
    id: 'mqtt/persistence-off-restart',
    title: 'QoS 1 with a session that is kept, mosquitto as it comes: persistence false',
    flow: flow('persistence: false'),
    hazard: 'loss',
    faults: 1,
    injected: 'the broker is restarted in order while it holds messages for a subscriber that is away',
    predicted: true,
    because: 'sessions and their messages are in memory only',
    run: restart({}, 'in order'),
  },
  {
    id: 'mqtt/autosave-default-killed',
    title: 'QoS 1 with a session that is kept, persistence true, autosave_interval at its default of 30 minutes',
    flow: flow('persistence: true'),
    hazard: 'loss',
    faults: 1,
    injected: 'the broker is killed (kill -9) while it holds messages for a subscriber that is away',
    predicted: true,
    because: 'what was acknowledged since the last save was never written',
    run: restart(AUTOSAVE, 'killed'),
  },
  {
    id: 'mqtt/autosave-on-changes-killed',
    title: 'QoS 1 with a session that is kept, persistence true, autosave_on_changes true, autosave_interval 1',
    flow: flow('persistence: true, syncInterval: 1ms'),
    hazard: 'loss',
    faults: 1,
    injected: 'the broker is killed (kill -9) as its last PUBACK arrives',
    predicted: true,
    because: 'mosquitto answers first and writes its database afterwards, in the same turn of its loop',
    // A large retained message makes each save take long enough for the kill to come before its end.
    run: restart({ persistence: true }, 'killed', 20 << 20),
  },
  {
    id: 'mqtt/persistence-restart-in-order',
    title: 'QoS 1 with a session that is kept, persistence true, autosave_interval at its default of 30 minutes',
    flow: flow('persistence: true, syncInterval: 30m'),
    hazard: 'loss',
    faults: 0,
    injected: 'the broker is restarted in order while it holds messages for a subscriber that is away',
    predicted: false,
    because: 'mosquitto writes its database as it ends',
    run: restart(AUTOSAVE, 'in order'),
  },
];
