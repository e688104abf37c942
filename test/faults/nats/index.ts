import { group, type Group } from '../row';
import { consumingRows } from './consuming';
import { keepingRows } from './keeping';
import { publishingRows } from './publishing';

/** A NATS server starts at once, so each run has one of its own. */
export const natsRows: Group = group<void>({
  name: 'NATS',
  broker: 'nats',
  open: async () => ({ context: undefined, close: async () => {} }),
  experiments: [...publishingRows, ...consumingRows, ...keepingRows],
});
