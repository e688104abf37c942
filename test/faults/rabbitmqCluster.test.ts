import { rabbitClusterRows } from './rabbitmq/cluster';
import { testRows } from './testRows';

testRows(rabbitClusterRows);
