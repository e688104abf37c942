import { group, type Group } from '../row';
import { consumingRows } from './consuming';
import { producingRows } from './producing';
import { openKafka, type KafkaBroker } from './setup';
import { sharingRows } from './sharing';
import { transactionRows } from './transactions';

/** One broker for all. */
export const kafkaRows: Group = group<KafkaBroker>({
  name: 'Kafka',
  broker: 'kafka',
  open: openKafka,
  experiments: [...producingRows, ...consumingRows, ...transactionRows, ...sharingRows],
});
