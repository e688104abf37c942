import { mqttRows } from './mqtt';
import { testRows } from './testRows';

testRows(mqttRows);
