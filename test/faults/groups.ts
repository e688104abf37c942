import type { Group } from './row';
import { kafkaRows } from './kafka';
import { kafkaClusterRows } from './kafka/cluster';
import { mqttRows } from './mqtt';
import { natsRows } from './nats';
import { natsClusterRows } from './nats/cluster';
import { rabbitRows } from './rabbitmq';
import { rabbitClusterRows } from './rabbitmq/cluster';

/** All rows, in the order in which they are run. */
export const GROUPS: readonly Group[] = [mqttRows, natsRows, natsClusterRows, rabbitRows, rabbitClusterRows, kafkaRows, kafkaClusterRows];
