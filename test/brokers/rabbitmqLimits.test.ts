import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { findManagement } from '../../src/brokers/amqp/management';

/** Answers of a management API that no broker here gives: RabbitMQ 3 takes no negative limit. */
describe('the delivery limit that RabbitMQ’s management API tells', () => {
  let server: Server;
  let argument: number | undefined;
  let policies: readonly object[];

  before((done) => {
    server = createServer((request, response) => {
      const asked = request.url!.replace('/api/', '');
      const answer = asked.startsWith('queues/')
        ? { name: 'q', type: 'quorum', arguments: argument === undefined ? {} : { 'x-delivery-limit': argument } }
        : asked.startsWith('policies/')
          ? policies
          : asked.startsWith('operator-policies/') ? [] : { type: 'direct' };
      response.end(JSON.stringify(answer));
    }).listen(0, '127.0.0.1', done);
  });
  after((done) => void server.close(done));

  // As `resolve_delivery_limit` of rabbit_quorum_queue has it since RabbitMQ 4.0.
  for (const [arg, policy, limit] of [
    [undefined, undefined, undefined],
    [5, undefined, 5],
    [5, 3, 3],
    [2, 3, 2],
    [-1, 3, 3],
    [5, -1, 5],
    [-1, undefined, -1],
    [-1, -1, -1],
  ] as const) {
    it(`is ${limit} for the argument ${arg} and the policy ${policy}`, async () => {
      argument = arg;
      policies = policy === undefined ? [] : [{ name: 'p', pattern: '^q$', 'apply-to': 'queues', priority: 0, definition: { 'delivery-limit': policy } }];
      const { port } = server.address() as AddressInfo;
      const { management } = await findManagement({ url: 'amqp://127.0.0.1:5672', managementUrl: `http://127.0.0.1:${port}` });
      assert.equal((await management!.queue('q')).deliveryLimit, limit);
    });
  }
});
