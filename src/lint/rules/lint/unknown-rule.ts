import { text } from '../../example';
import { defineRule } from '../../rule';

/** A comment names a rule that does not exist; found while suppressions are applied, see `suppress.ts`. */
export default defineRule({
  name: 'lint/unknown-rule',
  severity: 'warning',
  summary: 'A tailrace-ignore comment names a rule that does not exist.',
  why: `
Such a comment silences nothing, and whoever reads it believes that a fault was seen and accepted. Mostly the
name is mistyped.`,
  sources: ['https://github.com/tailrace/tailrace/blob/main/docs/rules/README.md'],
  messages: { unknown: 'There is no rule "{name}".{guess}' },
  examples: {
    invalid: [
      {
        files: text`
          flow: 1
          brokers:
            events: { protocol: kafka }
          channels:
            # tailrace-ignore schema/mising: the format is free text
            chatter: { broker: events }
        `,
        report: text`
          warning lint/unknown-rule There is no rule "schema/mising". Did you mean "schema/missing"?
            test.flow.yaml:5:21
            5 |   # tailrace-ignore schema/mising: the format is free text
              |                     ^^^^^^^^^^^^^
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
            # tailrace-ignore schema/missing: the format is free text
            chatter: { broker: events }
        `,
      },
    ],
  },
  check: () => [],
});
