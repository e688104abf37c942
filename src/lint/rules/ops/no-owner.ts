import { text } from '../../example';
import { defineRule } from '../../rule';

/** A program that nobody answers for. */
export default defineRule({
  name: 'ops/no-owner',
  severity: 'info',
  enabled: false,
  summary: 'A service has no owner.',
  why: `
When messages pile up or a contract is about to change, somebody must be asked: who reads this channel, and who may stop
it? An owner beside the service answers that in the graph, in hover and in the report, at night too.

It is off by default, since most folders name their owners elsewhere. Only services that a flow file declares are
asked: other files have no place for an owner.`,
  sources: ['https://www.asyncapi.com/docs/concepts/asyncapi-document/adding-metadata'],
  messages: {
    missing: 'Service {service} has no owner: nobody is named to ask about what it publishes and consumes. Say owner: team.',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            orders.placed: { broker: events }
          services:
            checkout:
              publishes:
                orders.placed: { acks: all }
        `,
        report: text`
          info ops/no-owner Service checkout has no owner: nobody is named to ask about what it publishes and consumes. Say owner: team.
            test.flow.yaml:7:3
            7 |   checkout:
              |   ^^^^^^^^
        `,
      },
    ],
    valid: [
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            orders.placed: { broker: events }
          services:
            checkout:
              owner: team-shop
              publishes:
                orders.placed: { acks: all }
        `,
      },
      {
        files: text`
          === checkout.properties
          bootstrap.servers=kafka.example.com:9093
          security.protocol=SSL
          client.id=checkout
          acks=all
        `,
      },
    ],
  },
  * check(model) {
    for (const service of model.services) {
      const own = service.facts.find((fact) => fact.dialect === 'flow');
      if (own === undefined || service.owner !== undefined) continue;
      yield { message: 'missing', at: own.name.at, data: { service: service.name } };
    }
  },
});
