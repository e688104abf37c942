import { group, type Group } from '../row';
import { publishingRows } from './publishing';
import { restartRows } from './restarts';
import { subscribingRows } from './subscribing';

/** Mosquitto starts at once, so each run has one of its own. */
export const mqttRows: Group = group<void>({
  name: 'mosquitto',
  broker: 'mosquitto',
  open: async () => ({ context: undefined, close: async () => {} }),
  experiments: [...publishingRows, ...subscribingRows, ...restartRows],
});
