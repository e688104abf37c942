import { kafkaClusterRows } from './kafka/cluster';
import { testRows } from './testRows';

testRows(kafkaClusterRows);
