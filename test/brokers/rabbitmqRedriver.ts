import { amqpDriver } from '../../src/brokers/amqp/index';
import { quietServices } from '../../src/brokers/services';
import { listen, options, say } from '../faults/clients/child';

/** Moves the messages of a dead-letter queue one after the other, read first or unseen, until it is killed. */
async function main(): Promise<void> {
  listen();
  const { url, managementUrl, from, to, count, unseen } = options<{
    url: string;
    managementUrl: string;
    from: string;
    to: string;
    count: number;
    unseen?: boolean;
  }>();
  const never = new AbortController().signal;
  const session = await amqpDriver(quietServices()).connect({ url, managementUrl }, never);
  const redrive = await session.redrive!({ address: from, kind: 'queue' }, never);
  if (unseen) {
    for (let n = 0; n < count; n++) {
      const next = (await redrive.unseen!.take(never))!;
      await redrive.move(next.id, { target: { address: to, kind: 'queue' } }, next.message);
      say('moved', n);
    }
    return;
  }
  const messages = await redrive.read(count, never);
  say('read', messages.length);
  for (const [n, { id, message }] of messages.entries()) {
    await redrive.move(id, { target: { address: to, kind: 'queue' } }, message);
    say('moved', n);
  }
}

void main();
