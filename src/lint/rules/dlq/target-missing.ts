import { isStaticKey, patternsOverlap } from '../../../model/match';
import type { Route } from '../../../model/model';
import { didYouMean } from '../../../text/suggest';
import { isBuiltIn, isExternal } from '../../channels';
import { text } from '../../example';
import { defineRule, type Finding } from '../../rule';
import { channelWords, listWords } from '../../words';

/** Dead letters are sent to a place that is not there, and so they are dropped. */
export default defineRule({
  name: 'dlq/target-missing',
  severity: 'error',
  summary: 'A dead-letter target is not declared, or nothing is bound to it that takes the dead letters.',
  why: `
RabbitMQ looks for the dead-letter exchange only when a message dies. If the exchange does not exist, or no
binding takes the message, it is dropped without an error; the queue can be declared all the same, and nobody
notices until a message is missed. A dead-letter topic that no file declares is the same slip.`,
  sources: ['https://www.rabbitmq.com/docs/dlx#routing', 'https://www.rabbitmq.com/docs/dlx#safety'],
  messages: {
    undeclared: 'Dead letters of {by} go to {name}, which no file declares; they would be dropped.{guess} Declare it, or correct the name.',
    unbound: 'Dead letters of {from} go to {to}, and nothing is bound to it: they are dropped. Bind a queue to it.',
    unmatched: 'Dead letters of {from} go to {to} with routing key {key}, which no binding takes ({bindings}): they are dropped. Bind a queue with that key, or correct it.',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq }
          channels:
            mail: { broker: work, queue: quorum, deadLetter: mail.dead }
            mail.daed: { broker: work, queue: quorum }
        `,
        report: text`
          error dlq/target-missing Dead letters of queue mail go to mail.dead, which no file declares; they would be dropped. Did you mean "mail.daed"? Declare it, or correct the name.
            test.flow.yaml:5:52
            5 |   mail: { broker: work, queue: quorum, deadLetter: mail.dead }
              |                                                    ^^^^^^^^^
        `,
        fixed: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq }
          channels:
            mail: { broker: work, queue: quorum, deadLetter: mail.daed }
            mail.daed: { broker: work, queue: quorum }
        `,
      },
      {
        files: text`
          === definitions.json
          {
            "rabbit_version": "4.1.0",
            "vhosts": [{ "name": "/" }],
            "exchanges": [{ "name": "dead", "vhost": "/", "type": "direct", "durable": true, "auto_delete": false, "arguments": {} }],
            "queues": [
              { "name": "mail", "vhost": "/", "durable": true, "auto_delete": false,
                "arguments": { "x-dead-letter-exchange": "dead", "x-dead-letter-routing-key": "mail" } },
              { "name": "mail.dead", "vhost": "/", "durable": true, "auto_delete": false, "arguments": {} }
            ],
            "bindings": [
              { "source": "dead", "vhost": "/", "destination": "mail.dead", "destination_type": "queue", "routing_key": "mails", "arguments": {} }
            ]
          }
        `,
        report: text`
          error dlq/target-missing Dead letters of queue mail go to exchange dead with routing key mail, which no binding takes (mail.dead with mails): they are dropped. Bind a queue with that key, or correct it.
            definitions.json:7:86
            7 |       "arguments": { "x-dead-letter-exchange": "dead", "x-dead-letter-routing-key": "mail" } },
              |                                                                                      ^^^^
        `,
      },
      {
        files: text`
          === definitions.json
          {
            "rabbit_version": "4.1.0",
            "vhosts": [{ "name": "/" }],
            "exchanges": [{ "name": "dead", "vhost": "/", "type": "fanout", "durable": true, "auto_delete": false, "arguments": {} }],
            "queues": [{ "name": "mail", "vhost": "/", "durable": true, "auto_delete": false, "arguments": {} }],
            "bindings": [],
            "policies": [
              { "vhost": "/", "name": "dead-letters", "pattern": "^mail", "apply-to": "queues", "priority": 0,
                "definition": { "dead-letter-exchange": "dead" } }
            ]
          }
        `,
        report: text`
          error dlq/target-missing Dead letters of queue mail go to exchange dead, and nothing is bound to it: they are dropped. Bind a queue to it.
            definitions.json:9:48
            9 |       "definition": { "dead-letter-exchange": "dead" } }
              |                                                ^^^^
        `,
      },
    ],
    valid: [
      {
        files: text`
          === definitions.json
          {
            "rabbit_version": "4.1.0",
            "vhosts": [{ "name": "/" }],
            "exchanges": [{ "name": "dead", "vhost": "/", "type": "direct", "durable": true, "auto_delete": false, "arguments": {} }],
            "queues": [
              { "name": "mail", "vhost": "/", "durable": true, "auto_delete": false,
                "arguments": { "x-dead-letter-exchange": "dead", "x-dead-letter-routing-key": "mail" } },
              { "name": "mail.dead", "vhost": "/", "durable": true, "auto_delete": false, "arguments": {} }
            ],
            "bindings": [
              { "source": "dead", "vhost": "/", "destination": "mail.dead", "destination_type": "queue", "routing_key": "mail", "arguments": {} }
            ]
          }
        `,
      },
    ],
  },
  * check(model): Iterable<Finding<'undeclared' | 'unbound' | 'unmatched'>> {
    for (const ref of model.dangling) {
      if (ref.role !== 'dead-letter' || ref.what !== 'channel') continue;
      const guess = didYouMean(ref.name, ref.candidates);
      yield {
        message: 'undeclared',
        at: ref.at,
        data: { by: ref.by, name: ref.name, guess: guess === undefined ? '' : ` Did you mean "${guess}"?` },
        fixes: guess === undefined || ref.at.end - ref.at.start !== ref.name.length ? undefined
          : [{ title: `Change to ${guess}`, safe: false, edits: [{ at: ref.at, newText: guess }] }],
      };
    }
    for (const route of model.routes) {
      const { to } = route;
      if (route.kind !== 'dead-letter' || to.space !== 'exchange' || to.declarations.length === 0) continue;
      if (isExternal(to) || isBuiltIn(to) || to.routesOut.some((r) => r.kind === 'alternate')) continue;
      const bindings = to.routesOut.filter((r) => r.kind === 'binding');
      const data = { from: channelWords(route.from), to: channelWords(to) };
      if (bindings.length === 0) {
        yield { message: 'unbound', at: route.fact.to.name.at, data };
      } else if (route.key !== undefined && !bindings.some((b) => takes(b, route.key!.value))) {
        const names = listWords(bindings.map((b) => `${b.to.address} with ${b.key?.value ?? 'an empty key'}`));
        yield { message: 'unmatched', at: route.key.at, data: { ...data, key: route.key.value, bindings: names } };
      }
    }
  },
});

function takes(binding: Route, key: string): boolean {
  const type = binding.from.settings.exchange?.value;
  const pattern = binding.key?.value ?? '';
  if (!isStaticKey(key) || (type !== 'direct' && type !== 'topic')) return true;
  return type === 'topic' ? patternsOverlap('rabbitmq', pattern, key) : pattern === key;
}
