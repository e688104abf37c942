import { effectiveBroker } from '../../../delivery/effectiveBroker';
import { text } from '../../example';
import { isLocal } from '../../locality';
import { defineRule } from '../../rule';

/** What no access rule names is open to all. */
export default defineRule({
  name: 'security/open-acl',
  severity: 'warning',
  summary: 'A Kafka cluster lets everybody use what no access rule names.',
  why: `
Kafka's authorizer refuses what no ACL allows, unless \`allow.everyone.if.no.acl.found\` is true: then a topic, group or
transactional id without any ACL is open to every client that gets in. A topic that somebody forgot to write a rule for
looks protected, and is not; the first rule for it shuts out everybody whom it does not name. Kafka's default is false.
Amazon MSK sets it to true unless its configuration says otherwise.

Of MSK's default it is said as an information, and only where files declare topics of the cluster: IAM access control
does not go by it. Brokers in a development or test environment, on this machine or in a compose file are left alone.`,
  sources: [
    'https://kafka.apache.org/documentation/#security_authz',
    'https://docs.aws.amazon.com/msk/latest/developerguide/msk-default-configuration.html',
  ],
  messages: {
    on: 'Broker {broker} has allow.everyone.if.no.acl.found=true: topics and groups that no ACL names are open to every client. Set it to false, and write ACLs for what is used.',
    msk: 'Broker {broker} does not say allow.everyone.if.no.acl.found, and Amazon MSK\'s default is true: topics and groups that no ACL names are open to every client. Set it to false, and write ACLs for what is used.',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka, environment: production, allowEveryone: true }
            cloud: { protocol: kafka, environment: production, managed: msk }
          channels:
            orders.placed: { broker: cloud, replicas: 3 }
        `,
        report: text`
          warning security/open-acl Broker events has allow.everyone.if.no.acl.found=true: topics and groups that no ACL names are open to every client. Set it to false, and write ACLs for what is used.
            test.flow.yaml:3:70
            3 |   events: { protocol: kafka, environment: production, allowEveryone: true }
              |                                                                      ^^^^

          info security/open-acl Broker cloud does not say allow.everyone.if.no.acl.found, and Amazon MSK's default is true: topics and groups that no ACL names are open to every client. Set it to false, and write ACLs for what is used.
            test.flow.yaml:4:63
            4 |   cloud: { protocol: kafka, environment: production, managed: msk }
              |                                                               ^^^
        `,
      },
      {
        files: text`
          === msk.tf
          resource "aws_msk_configuration" "events" {
            name              = "events"
            server_properties = <<PROPERTIES
          allow.everyone.if.no.acl.found=true
          default.replication.factor=3
          PROPERTIES
          }
          resource "aws_msk_cluster" "events" {
            cluster_name           = "events"
            kafka_version          = "3.6.0"
            number_of_broker_nodes = 3
            configuration_info {
              arn      = aws_msk_configuration.events.arn
              revision = aws_msk_configuration.events.latest_revision
            }
          }
        `,
        report: text`
          warning security/open-acl Broker events has allow.everyone.if.no.acl.found=true: topics and groups that no ACL names are open to every client. Set it to false, and write ACLs for what is used.
            msk.tf:4:32
            4 | allow.everyone.if.no.acl.found=true
              |                                ^^^^
        `,
      },
    ],
    valid: [
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka, environment: production }
            cloud: { protocol: kafka, environment: production, managed: msk, allowEveryone: false }
          channels:
            orders.placed: { broker: cloud, replicas: 3 }
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka, environment: development, allowEveryone: true }
        `,
      },
    ],
  },
  * check(model, context) {
    for (const broker of model.brokers) {
      if (broker.protocol !== 'kafka' || isLocal(broker, context)) continue;
      const { allowEveryone: open } = effectiveBroker(broker);
      if (open === undefined || open.from === 'unknown' || !open.value) continue;
      const data = { broker: broker.name };
      if (open.from === 'declared') {
        // Who turns it off must have written the rules first: no fix does that.
        yield { message: 'on', at: open.at, data };
      } else if (broker.managed !== undefined && broker.channels.some((channel) => channel.declarations.length > 0)) {
        yield { message: 'msk', at: broker.managed.at, data, severity: 'info' };
      }
    }
  },
});
