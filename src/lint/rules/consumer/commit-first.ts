import { replaceFix } from '../../dialectKeys';
import { text } from '../../example';
import { defineRule } from '../../rule';
import { judge, wishRelated } from '../../wants';
import { edgeWords, speaks } from '../../words';

/** A commit before the work makes a crash lose the record. */
export default defineRule({
  name: 'consumer/commit-first',
  severity: 'error',
  summary: 'A Kafka consumer whose records must not get lost commits offsets before it has processed them.',
  why: `
A committed offset says: go on behind this record. If the process crashes after the commit and before the work
is done, the group goes on behind a record that nobody processed. Committing first is at-most-once by design.
Committing after the work repeats records in a crash, which an idempotent consumer bears.`,
  sources: ['https://kafka.apache.org/documentation/#semantics'],
  messages: {
    first: '{edge} and commits before processing: a crash between the two loses the record. Commit after processing (commit: after-processing).',
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
            billing:
              consumes:
                orders.placed: { guarantee: at-least-once, group: billing, autoCommit: false, commit: before-processing }
        `,
        report: text`
          error consumer/commit-first billing consumes topic orders.placed and commits before processing: a crash between the two loses the record. Commit after processing (commit: after-processing).
            test.flow.yaml:9:93
            9 |       orders.placed: { guarantee: at-least-once, group: billing, autoCommit: false, commit: before-processing }
              |                                                                                             ^^^^^^^^^^^^^^^^^
            test.flow.yaml:9:35 billing declares at-least-once here
        `,
        fixed: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            orders.placed: { broker: events }
          services:
            billing:
              consumes:
                orders.placed: { guarantee: at-least-once, group: billing, autoCommit: false, commit: after-processing }
        `,
      },
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            orders.placed: { broker: events }
          services:
            billing:
              consumes:
                orders.placed: { group: billing, commit: before-processing }
        `,
        report: text`
          warning consumer/commit-first billing consumes topic orders.placed and commits before processing: a crash between the two loses the record. Commit after processing (commit: after-processing).
            test.flow.yaml:9:48
            9 |       orders.placed: { group: billing, commit: before-processing }
              |                                                ^^^^^^^^^^^^^^^^^
        `,
        fixed: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            orders.placed: { broker: events }
          services:
            billing:
              consumes:
                orders.placed: { group: billing, commit: after-processing }
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
            billing:
              consumes:
                orders.placed: { guarantee: at-least-once, group: billing, autoCommit: false, commit: after-processing }
            counter:
              consumes:
                orders.placed: { guarantee: at-most-once, group: counter, commit: before-processing }
        `,
      },
    ],
  },
  * check(model, { wants }) {
    for (const consume of model.consumes) {
      const commit = consume.settings.commit;
      if (commit?.value !== 'before-processing' || !speaks(consume, 'kafka')) continue;
      const wish = wants.consume(consume);
      const severity = judge('error', wish, 'written');
      if (severity === undefined) continue;
      yield {
        message: 'first',
        at: commit.at,
        data: { edge: edgeWords(consume) },
        severity,
        related: wishRelated(wish),
        fixes: replaceFix(model, commit.at, 'commit', 'after-processing', wish.kind === 'declared'),
      };
    }
  },
});
