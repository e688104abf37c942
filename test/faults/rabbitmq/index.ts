import { group, type Group } from '../row';
import { consumingRows } from './consuming';
import { limitRows } from './limits';
import { publishingRows } from './publishing';
import { openRabbit, type Rabbit } from './setup';

/** One broker for all; the rows that restart it come last. */
export const rabbitRows: Group = group<Rabbit>({
  name: 'RabbitMQ',
  broker: 'rabbitmq',
  open: openRabbit,
  experiments: [...consumingRows, ...limitRows, ...publishingRows],
});
