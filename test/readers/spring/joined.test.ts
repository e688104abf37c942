import assert from 'node:assert/strict';
import { fixtureModel } from '../../support/fixture';

describe('spring: joined with other files', () => {
  it('lets the file of a profile win over the base, and what it leaves open stay open', () => {
    const { model } = fixtureModel(`=== orders/src/main/resources/application.yml
spring:
  application.name: orders
  kafka:
    bootstrap-servers: kafka.example:9092
    consumer: { group-id: base, max-poll-records: 10, auto-offset-reset: earliest }
    producer.acks: 1
    template.default-topic: orders.placed
app.consumer.topic: payments.done
=== orders/src/main/resources/application-prod.yml
spring:
  kafka:
    consumer: { group-id: prod, auto-offset-reset: "\${RESET}" }
    producer.acks: all
=== orders/src/main/resources/application-dev.yml
spring.kafka.producer.acks: 0
`);
    assert.deepEqual(model.services.map((s) => s.name), ['orders']);
    const consume = model.consumes.find((c) => c.channel?.address === 'payments.done');
    assert.deepEqual(
      [consume?.settings.group?.value, consume?.settings.maxPollRecords?.value, consume?.settings.offsetReset, consume?.settings.open],
      ['prod', 10, undefined, ['offsetReset']]);
    assert.equal(model.publishes.find((p) => p.channel?.address === 'orders.placed')?.settings.acks?.value, 'all');
  });

  it('takes no value that the profile in force replaces, and the broker from where it is said', () => {
    const text = `=== orders/application.yml
spring.application.name: orders
spring.kafka.client-id: x
app:
  orders: { topic: orders-dev }
  topics: { paid: "\${app.prefix}.paid" }
  prefix: dev
=== orders/application-prod.yml
spring.kafka.bootstrap-servers: kafka.example:9092
app:
  orders: { topic: orders-prod }
  prefix: live
`;
    const { model } = fixtureModel(text);
    assert.deepEqual(model.channels.map((c) => [c.id, c.broker?.id]),
      [['live.paid', 'kafka.example:9092'], ['orders-prod', 'kafka.example:9092']]);
  });

  it('joins two programs at one topic of one cluster', () => {
    const { model } = fixtureModel(`=== orders/application.yml
spring.application.name: orders
spring.kafka.bootstrap-servers: kafka.example:9092
app.producer.topic: orders.placed
=== billing/application.yml
spring:
  application.name: billing
  kafka.consumer.group-id: others
  cloud.stream:
    kafka.binder.brokers: kafka.example
    bindings:
      bill-in-0: { destination: orders.placed, group: billing }
      peek-in-0: { destination: orders.seen }
=== stock/application.yml
micronaut.application.name: stock
kafka.bootstrap.servers: kafka.example:9092
app.consumer.topic: orders.placed
`);
    assert.equal(model.brokers.length, 1);
    const channel = model.channels.find((c) => c.address === 'orders.placed');
    assert.deepEqual([channel?.publishes.map((p) => p.service.name), channel?.consumes.map((c) => c.service.name).sort()],
      [['orders'], ['billing', 'stock']]);
    const peek = model.consumes.find((c) => c.channel?.address === 'orders.seen');
    assert.equal(peek?.settings.group, undefined);
  });

  it('takes what a config server hands to every program for no program', () => {
    const of = (path: string, text: string) => {
      const { model } = fixtureModel(`=== ${path}\n${text}`);
      return [model.brokers.map((b) => b.name), model.services.map((s) => s.name)];
    };
    const rabbit = 'spring.rabbitmq.host: rabbitmq\n';
    assert.deepEqual(of('config/src/main/resources/shared/application.yml', rabbit)[1], []);
    assert.equal(of('config/src/main/resources/shared/application.yml', rabbit)[0]?.length, 1);
    assert.deepEqual(of('config-repo/application.yml', rabbit)[1], []);
    assert.deepEqual(of('config-repo/orders/application.yml', rabbit)[1], ['orders']);
    assert.deepEqual(of('config-repo/orders.yml', rabbit)[1], ['orders']);
    assert.deepEqual(of('shared/application.yml', `spring.application.name: audit\n${rabbit}`)[1], ['audit']);
  });
});
