import { natsRows } from './nats';
import { natsClusterRows } from './nats/cluster';
import { testRows } from './testRows';

testRows(natsRows);
testRows(natsClusterRows);
