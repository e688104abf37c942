import { isBuiltIn, isExternal } from '../../channels';
import { text } from '../../example';
import { isTryOut } from '../../locality';
import { defineRule } from '../../rule';
import { lower, wishRelated } from '../../wants';
import { channelWords } from '../../words';

/** A queue that nobody reads is deleted, with what is in it. */
export default defineRule({
  name: 'managed/cloudamqp-idle',
  severity: 'warning',
  summary: 'A queue on a shared plan of CloudAMQP has no consumer, and is deleted after 28 days.',
  why: `
On its shared plans CloudAMQP deletes a queue that nobody has consumed from, declared again or fetched from for 28 days, and
the messages in it go with it. A dead-letter queue that is looked into
once a quarter is such a queue. Dedicated plans have no such policy.

It is reported where a file says that the plan is shared (\`plan: shared\`, or the plan of a \`cloudamqp_instance\`) and no
file names a consumer. Where nobody declares a guarantee it is an information.`,
  sources: ['https://www.cloudamqp.com/blog/2017-03-01-new-limit-for-shared-plans.html'],
  messages: {
    idle: '{channel} has no consumer that any file names, and {broker} is on a shared plan of CloudAMQP: after 28 days without one it is deleted with its messages. Consume it, or use a dedicated plan.',
  },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq, managed: cloudamqp, plan: shared, environment: production }
          channels:
            mail: { broker: work, queue: quorum, deadLetter: mail.dead }
            mail.dead: { broker: work, queue: quorum }
          services:
            checkout:
              publishes:
                mail: { guarantee: at-least-once, confirms: true }
            mailer:
              consumes:
                mail: { ack: manual }
        `,
        report: text`
          warning managed/cloudamqp-idle queue mail.dead has no consumer that any file names, and work is on a shared plan of CloudAMQP: after 28 days without one it is deleted with its messages. Consume it, or use a dedicated plan.
            test.flow.yaml:6:3
            6 |   mail.dead: { broker: work, queue: quorum }
              |   ^^^^^^^^^
            test.flow.yaml:10:26 checkout declares at-least-once here
            test.flow.yaml:3:57 the plan of work
        `,
      },
    ],
    valid: [
      {
        files: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq, managed: cloudamqp, plan: dedicated, environment: production }
          channels:
            mail.dead: { broker: work, queue: quorum }
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            work: { protocol: rabbitmq, managed: cloudamqp, plan: shared, environment: production }
          channels:
            mail.dead: { broker: work, queue: quorum, external: true }
            mail: { broker: work, queue: quorum }
          services:
            mailer:
              consumes:
                mail: { ack: manual }
        `,
      },
    ],
  },
  * check(model, context) {
    for (const channel of model.channels) {
      const { broker } = channel;
      if (broker?.managed?.value !== 'cloudamqp' || broker.plan?.value !== 'shared' || isTryOut(broker, context)) continue;
      if (channel.space !== 'queue' || channel.declarations.length === 0 || channel.consumes.length > 0) continue;
      // A shovel or a federation link consumes, too.
      const isMoved = channel.routesOut.some((route) => route.kind === 'shovel' || route.kind === 'mirror');
      if (isMoved || isExternal(channel) || isBuiltIn(channel)) continue;
      const wish = context.wants.channel(channel);
      if (wish.kind === 'waived') continue;
      // What is dead-lettered was wanted by whoever publishes to the queue before it.
      const before = channel.routesIn.map((route) => context.wants.channel(route.from)).find((w) => w.kind === 'declared');
      const wanted = wish.kind === 'declared' ? wish : before;
      yield {
        message: 'idle',
        at: channel.at,
        data: { channel: channelWords(channel), broker: broker.name },
        severity: wanted === undefined ? lower('warning') : 'warning',
        related: [...wanted === undefined ? [] : wishRelated(wanted) ?? [], { at: broker.plan.at, message: `the plan of ${broker.name}` }],
      };
    }
  },
});
