import { amqpDriver } from '../../src/brokers/amqp/index';
import { quietServices } from '../../src/brokers/services';
import { listen, options, say } from '../faults/clients/child';

/** Moves the messages of a dead-letter queue one after the other, until it is killed. */
async function main(): Promise<void> {
  listen();
  const { url, managementUrl, from, to, count } = options<{
    url: string;
    managementUrl: string;
    from: string;
    to: string;
    count: number;
  }>();
  const never = new AbortController().signal;
  const session = await amqpDriver(quietServices()).connect({ url, managementUrl }, never);
  const redrive = await session.redrive!({ address: from, kind: 'queue' }, never);
  const messages = await redrive.read(count, never);
  say('read', messages.length);
  for (const [n, { id, message }] of messages.entries()) {
    await redrive.move(id, { target: { address: to, kind: 'queue' } }, message);
    say('moved', n);
  }
}

void main();
