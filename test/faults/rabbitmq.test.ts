import { rabbitRows } from './rabbitmq';
import { testRows } from './testRows';

testRows(rabbitRows);
