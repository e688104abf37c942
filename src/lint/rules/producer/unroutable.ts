import { effectivePublish } from '../../../delivery/effective';
import { dropsUnroutable, idleBindings, takesKey } from '../../misfits';
import { insertFix, replaceFix } from '../../dialectKeys';
import { declaredIn } from '../../channels';
import { text } from '../../example';
import { isStaticKey } from '../../../model/match';
import type { Publish } from '../../../model/model';
import { defineRule, type Finding } from '../../rule';
import { judge, wishRelated } from '../../wants';
import { edgeWords, listWords, originOf, reasonOf } from '../../words';

/** RabbitMQ confirms a message that no queue takes, and drops it. */
export default defineRule({
  name: 'producer/unroutable',
  severity: 'warning',
  summary: 'A RabbitMQ publisher does not learn of messages that no binding takes.',
  why: `
An exchange that finds no queue for a message drops it, and still confirms it: a confirm says that the broker
has dealt with the message, not that anybody will get it. Only \`mandatory\` makes the broker return such a
message to its publisher, and only an alternate exchange keeps it. Without either, one binding that is
deleted or mistyped loses messages while every confirm arrives.

Nothing is reported for a fanout exchange with a binding or for a binding that takes everything, since there
every message finds a queue. Where a binding takes the publisher's routing key today, it is reported only if a
guarantee is declared: as an information, or a warning where \`mandatory: false\` is written. Where a binding waits
for a key that nobody publishes, \`topology/filter-mismatch\` tells both ends at once.`,
  sources: ['https://www.rabbitmq.com/docs/publishers#unroutable', 'https://www.rabbitmq.com/docs/confirms#when-publishes-are-confirmed', 'https://www.rabbitmq.com/docs/ae'],
  messages: {
    unmatched: '{edge} with routing key {key}, which no binding of that exchange takes ({bindings}): the messages are confirmed, then dropped. Bind a queue with that key, or correct it.',
    unbound: '{edge}, to which nothing is bound, without mandatory: the messages are confirmed, then dropped. Bind a queue, or publish with mandatory: true.',
    unboundDefault: '{edge}, to which nothing is bound, and mandatory is not set; {reason}. The messages are confirmed, then dropped. Bind a queue, or publish with mandatory: true.',
    default: '{edge} and mandatory is not set; {reason}. The exchange has no alternate exchange: a message that no binding takes is confirmed, then dropped. Publish with mandatory: true, or declare an alternate exchange.',
    silent: '{edge} without mandatory, and the exchange has no alternate exchange: a message that no binding takes is confirmed, then dropped. Publish with mandatory: true, or declare an alternate exchange.',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq }
          channels:
            shop: { broker: work, exchange: topic }
            mail: { broker: work, queue: quorum, bindings: [{ exchange: shop, routingKey: order.placed }] }
          services:
            checkout:
              client: amqplib@2.0
              publishes:
                shop: { guarantee: at-least-once, confirms: true, persistent: true, mandatory: false }
        `,
        report: text`
          warning producer/unroutable checkout publishes to exchange shop without mandatory, and the exchange has no alternate exchange: a message that no binding takes is confirmed, then dropped. Publish with mandatory: true, or declare an alternate exchange.
            test.flow.yaml:11:86
            11 |       shop: { guarantee: at-least-once, confirms: true, persistent: true, mandatory: false }
               |                                                                                      ^^^^^
            test.flow.yaml:11:26 checkout declares at-least-once here
        `,
        fixed: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq }
          channels:
            shop: { broker: work, exchange: topic }
            mail: { broker: work, queue: quorum, bindings: [{ exchange: shop, routingKey: order.placed }] }
          services:
            checkout:
              client: amqplib@2.0
              publishes:
                shop: { guarantee: at-least-once, confirms: true, persistent: true, mandatory: true }
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq }
          channels:
            shop: { broker: work, exchange: direct }
            mail: { broker: work, queue: quorum, bindings: [{ exchange: shop, routingKey: order.placed }] }
          services:
            checkout:
              publishes:
                shop: { confirms: true, routingKey: orders.placed }
            backoffice:
              publishes:
                shop: { confirms: true, routingKey: order.placed }
        `,
        report: text`
          warning producer/unroutable checkout publishes to exchange shop with routing key orders.placed, which no binding of that exchange takes (mail with order.placed): the messages are confirmed, then dropped. Bind a queue with that key, or correct it.
            test.flow.yaml:10:43
            10 |       shop: { confirms: true, routingKey: orders.placed }
               |                                           ^^^^^^^^^^^^^
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq }
          channels:
            shop: { broker: work, exchange: topic }
          services:
            checkout:
              publishes:
                shop: { guarantee: at-least-once, confirms: true, persistent: true, routingKey: order.placed }
        `,
        report: text`
          info producer/unroutable checkout publishes to exchange shop, to which nothing is bound, and mandatory is not set; the client is not known, and false, the weakest default (that of amqplib), is assumed. The messages are confirmed, then dropped. Bind a queue, or publish with mandatory: true.
            test.flow.yaml:9:7
            9 |       shop: { guarantee: at-least-once, confirms: true, persistent: true, routingKey: order.placed }
              |       ^^^^
            test.flow.yaml:9:26 checkout declares at-least-once here
        `,
        fixed: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq }
          channels:
            shop: { broker: work, exchange: topic }
          services:
            checkout:
              publishes:
                shop: { guarantee: at-least-once, confirms: true, persistent: true, routingKey: order.placed, mandatory: true }
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq }
          channels:
            shop: { broker: work, exchange: direct }
            bare: { broker: work, exchange: direct }
            mail: { broker: work, queue: quorum, bindings: [{ exchange: shop, routingKey: order.placed }] }
          services:
            checkout:
              client: amqplib@2.0
              publishes:
                shop: { guarantee: at-least-once, confirms: true, routingKey: order.placed }
                bare: { guarantee: at-least-once, confirms: true, mandatory: false }
        `,
        report: text`
          info producer/unroutable checkout publishes to exchange shop and mandatory is not set; amqplib's default is false. The exchange has no alternate exchange: a message that no binding takes is confirmed, then dropped. Publish with mandatory: true, or declare an alternate exchange.
            test.flow.yaml:12:7
            12 |       shop: { guarantee: at-least-once, confirms: true, routingKey: order.placed }
               |       ^^^^
            test.flow.yaml:12:26 checkout declares at-least-once here

          warning producer/unroutable checkout publishes to exchange bare, to which nothing is bound, without mandatory: the messages are confirmed, then dropped. Bind a queue, or publish with mandatory: true.
            test.flow.yaml:13:68
            13 |       bare: { guarantee: at-least-once, confirms: true, mandatory: false }
               |                                                                    ^^^^^
            test.flow.yaml:13:26 checkout declares at-least-once here
        `,
        fixed: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq }
          channels:
            shop: { broker: work, exchange: direct }
            bare: { broker: work, exchange: direct }
            mail: { broker: work, queue: quorum, bindings: [{ exchange: shop, routingKey: order.placed }] }
          services:
            checkout:
              client: amqplib@2.0
              publishes:
                shop: { guarantee: at-least-once, confirms: true, routingKey: order.placed, mandatory: true }
                bare: { guarantee: at-least-once, confirms: true, mandatory: true }
        `,
      },
    ],
    valid: [
      {
        files: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq }
          channels:
            shop: { broker: work, exchange: topic }
            news: { broker: work, exchange: fanout }
            mail: { broker: work, queue: quorum, bindings: [{ exchange: shop, routingKey: order.* }, { exchange: news }] }
          services:
            checkout:
              client: amqplib@2.0
              publishes:
                shop: { guarantee: at-least-once, confirms: true, mandatory: true, routingKey: order.placed }
                news: { guarantee: at-least-once, confirms: true }
        `,
      },
    ],
  },
  * check(model, { wants }): Iterable<Finding<'unmatched' | 'unbound' | 'unboundDefault' | 'silent' | 'default'>> {
    for (const publish of model.publishes) {
      const exchange = publish.channel;
      if (publish.protocol !== 'rabbitmq' || exchange?.space !== 'exchange' || exchange.address === '') continue;
      if (!dropsUnroutable(publish)) continue;
      const { mandatory } = effectivePublish(publish);
      const wish = wants.publish(publish);
      const related = wishRelated(wish);
      const bindings = exchange.routesOut.filter((r) => r.kind === 'binding');
      const key = publish.settings.routingKey;
      // Of an exchange that a program declares by itself, the program makes the bindings, too, and a publisher's files seldom know them.
      const isElsewhere = bindings.length === 0 && !declaredIn(exchange, ...tellingBindings);
      if (isElsewhere && wish.kind !== 'declared') continue;
      const fit = isElsewhere ? 'maybe' : bindings.length === 0 ? 'unbound' : fits(publish);
      if (fit === 'always' || (fit === 'bound' && wish.kind !== 'declared')) continue;
      if (fit === 'never' && key !== undefined) {
        // One key that is mistyped is one fault, which is told at the binding that waits for it.
        if (wish.kind === 'waived' || idleBindings(exchange).length > 0) continue;
        const names = listWords(bindings.map((r) => `${r.to.address} with ${r.key?.value ?? 'an empty key'}`));
        yield { message: 'unmatched', at: key.at, data: { edge: edgeWords(publish), key: key.value, bindings: names }, related };
        continue;
      }
      const origin = originOf(mandatory) ?? 'assumed';
      const severity = judge('warning', wish, fit === 'bound' && origin === 'default' ? 'assumed' : origin);
      if (severity === undefined) continue;
      const at = mandatory?.from === 'declared' ? mandatory.at : publish.at;
      const safe = wish.kind === 'declared';
      const fixes = mandatory?.from === 'declared'
        ? replaceFix(model, mandatory.at, 'mandatory', 'true', safe) : insertFix(publish, 'mandatory', 'true', safe);
      const written = mandatory === undefined || mandatory.from !== 'default';
      yield {
        message: fit === 'unbound' ? (written ? 'unbound' : 'unboundDefault') : written ? 'silent' : 'default',
        at, data: { edge: edgeWords(publish), reason: reasonOf(publish, mandatory) }, severity, related, fixes,
      };
    }
  },
});

/** Dialects that declare a broker's topology as a whole: an exchange without a binding there has none. */
const tellingBindings = ['flow', 'rabbitmq-definitions', 'rabbitmq-topology', 'terraform'];

/** Whether the exchange's bindings take what is published: always, this key today, never, or nobody can tell. */
function fits(publish: Publish): 'always' | 'bound' | 'never' | 'maybe' {
  const exchange = publish.channel!;
  const type = exchange.settings.exchange?.value;
  const bindings = exchange.routesOut.filter((r) => r.kind === 'binding');
  if (type === 'fanout') return 'always';
  if (type === 'topic' && bindings.some((r) => r.key?.value === '#')) return 'always';
  const key = publish.settings.routingKey?.value;
  if ((type !== 'topic' && type !== 'direct') || key === undefined || !isStaticKey(key)) return 'maybe';
  return bindings.some((binding) => takesKey(exchange, binding, key)) ? 'bound' : 'never';
}
