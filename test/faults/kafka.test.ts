import { kafkaRows } from './kafka';
import { testRows } from './testRows';

testRows(kafkaRows);
