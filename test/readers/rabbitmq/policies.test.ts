import assert from 'node:assert/strict';
import { compileNfa } from '../../../src/model/nfa';
import { compilePattern } from '../../../src/model/pattern';
import { rabbitmqDefinitions } from '../../../src/readers/rabbitmq/reader';
import { fact, reading } from '../../support/reading';

interface Policy {
  readonly name: string;
  readonly pattern: string;
  readonly definition: object;
  readonly priority?: number;
  readonly 'apply-to'?: string;
  readonly vhost?: string;
}

/** One queue (and what is around it) under policies; gives the lines of the queue and its dead letters. */
function under(policies: readonly Policy[], queue: object = {}, parameters: readonly object[] = []): string[] {
  return definitions(policies, queue, parameters).lines.filter((l) => !l.startsWith('broker'));
}

function definitions(policies: readonly Policy[], queue: object = {}, parameters: readonly object[] = []): ReturnType<typeof reading> {
  return reading(rabbitmqDefinitions, JSON.stringify({
    queues: [{ name: 'mail', vhost: '/', durable: true, ...queue }],
    policies: policies.map((p) => ({ vhost: '/', ...p })),
    parameters,
  }, undefined, 1), 'definitions.json');
}

const dlx = (name: string): object => ({ 'dead-letter-exchange': name });

describe('rabbitmq policies', () => {
  it('applies the policy of highest priority among those that match', () => {
    assert.deepEqual(under([
      { name: 'all', pattern: '.*', definition: dlx('low') },
      { name: 'mail', pattern: '^ma', definition: dlx('high'), priority: 7 },
      { name: 'other', pattern: '^nothing$', definition: dlx('never'), priority: 99 },
      { name: 'elsewhere', pattern: '.*', definition: dlx('never'), priority: 99, vhost: 'audit' },
    ]), ['channel queue mail at / queue=classic durable=true', 'dead-letter mail -> high by policy "mail"']);
  });

  it('looks at apply-to and the type of the queue', () => {
    const policies = ['all', 'queues', 'classic_queues', 'quorum_queues', 'streams', 'exchanges'].map((target, i) =>
      ({ name: target, pattern: 'mail', definition: dlx(target), priority: i, 'apply-to': target }));
    const of = (type: string): string | undefined =>
      under(policies, { arguments: { 'x-queue-type': type } }).find((l) => l.startsWith('dead-letter'));
    assert.equal(of('classic'), 'dead-letter mail -> classic_queues by policy "classic_queues"');
    assert.equal(of('quorum'), 'dead-letter mail -> quorum_queues by policy "quorum_queues"');
    assert.equal(of('stream'), 'dead-letter mail -> streams by policy "streams"');
  });

  it('lets the argument win for texts and the lowest win for limits', () => {
    assert.deepEqual(under(
      [{ name: 'p', pattern: '', definition: { ...dlx('policy'), 'message-ttl': 500, 'max-length': 10, overflow: 'reject-publish' } }],
      { arguments: { 'x-dead-letter-exchange': 'argument', 'x-message-ttl': 1000, 'x-max-length': 5, 'x-overflow': 'drop-head' } },
    ), [
      'channel queue mail at / queue=classic durable=true maxLength=5 overflow=drop-head ttl=500',
      'dead-letter mail -> argument by queue "mail"',
    ]);
  });

  it('merges operator policies: the lower limit, the operator for the rest', () => {
    const operator = (definition: object): object =>
      ({ component: 'operator_policy', vhost: '/', name: 'op', value: { pattern: '.*', definition, priority: 0, 'apply-to': 'queues' } });
    const policy = [{ name: 'p', pattern: '.*', definition: { 'max-length': 10, 'message-ttl': 500, overflow: 'drop-head' } }];
    assert.deepEqual(under(policy, {}, [operator({ 'max-length': 20, 'message-ttl': 100, overflow: 'reject-publish', expires: 9 })]), [
      'channel queue mail at / queue=classic durable=true maxLength=10 overflow=reject-publish ttl=100 expires=9',
    ]);
  });

  it('reads how long a delivery may wait, and how many members a queue begins with', () => {
    assert.deepEqual(under([{ name: 'p', pattern: '.*', definition: { 'consumer-timeout': 60000 } }],
      { arguments: { 'x-queue-type': 'quorum', 'x-consumer-timeout': 90000, 'x-quorum-initial-group-size': 5 } }),
    ['channel queue mail at / queue=quorum durable=true consumerTimeout=60000 replicas=5']);
    assert.deepEqual(under([], { arguments: { 'x-queue-type': 'stream', 'x-initial-cluster-size': 1 } }),
      ['channel queue mail at / queue=stream durable=true replicas=1']);
  });

  it('takes a negative delivery-limit for none', () => {
    assert.deepEqual(under([{ name: 'p', pattern: '.*', definition: { 'delivery-limit': -1 } }],
      { arguments: { 'x-queue-type': 'quorum', 'x-delivery-limit': 5 } }),
    ['channel queue mail at / queue=quorum durable=true deliveryLimit=5']);
  });

  it('points a setting at the policy that sets it', () => {
    const r = definitions([{ name: 'ttl', pattern: 'mail', definition: { 'message-ttl': 60_000 } }]);
    const { settings, note } = fact(r, 'channel');
    assert.equal(r.caret(settings.ttl?.at), ['15 |     "message-ttl": 60000', '   |                    ^^^^^'].join('\n'));
    assert.equal(note, 'In force: policy "ttl".');
  });

  it('reports a tie and assumes the first by name', () => {
    const r = definitions([
      { name: 'b', pattern: 'mail', definition: dlx('b') },
      { name: 'a', pattern: 'ma', definition: dlx('a') },
    ]);
    assert.ok(r.lines.includes('dead-letter mail -> a by policy "a"'));
    assert.equal(r.report, [
      'warning rabbitmq/policy-tie: Policies "a" and "b" both match queue "mail" with priority 0; RabbitMQ picks one of them and does '
        + 'not say which. "a" is assumed here. Give them different priorities.',
      '12 |    "name": "b",',
      '   |             ^',
    ].join('\n'));
  });

  it('is silent about a tie of policies that say the same', () => {
    assert.equal(definitions([
      { name: 'b', pattern: 'mail', definition: dlx('x') }, { name: 'a', pattern: 'ma', definition: dlx('x') },
    ]).report, '');
  });

  it('reports patterns and targets that it cannot evaluate', () => {
    assert.equal(definitions([
      { name: 'broken', pattern: '(', definition: dlx('x') }, { name: 'odd', pattern: '.*', definition: dlx('y'), 'apply-to': 'topics' },
    ]).report, [
      'warning rabbitmq/policy-pattern: The pattern of policy "broken" is not evaluated: it is not a regular expression that can be read. '
        + 'What the policy sets is missing in the graph and in the checks. Write a simpler pattern.',
      '13 |    "pattern": "(",',
      '   |                ^',
      'warning rabbitmq/policy-target: Policy "odd" applies to "topics", which RabbitMQ does not know. '
        + 'Use all, queues, classic_queues, quorum_queues, streams or exchanges.',
      '25 |    "apply-to": "topics"',
      '   |                ^^^^^^^^',
    ].join('\n'));
  });
});

describe('rabbitmq policy patterns', () => {
  const matches = (pattern: string, name: string): boolean | string => {
    const compiled = compilePattern(pattern);
    return 'reason' in compiled ? compiled.reason : compiled.matches(name);
  };

  it('searches, as Erlang does', () => {
    assert.equal(matches('mail', 'my.mail.queue'), true);
    assert.equal(matches('^mail$', 'my.mail'), false);
    assert.equal(matches('', 'anything'), true);
  });

  it('translates what PCRE writes in its own way', () => {
    assert.equal(matches('(?i)^MAIL', 'mail'), true);
    assert.equal(matches('^[[:alpha:]]+$', 'mail'), true);
    assert.equal(matches('\\Amail\\z', 'mail'), true);
    assert.equal(matches('(?P<x>mail)', 'mail'), true);
    assert.equal(matches('^[]x]$', ']'), true);
  });

  // A matcher that tries for ever ends by the test's time limit.
  it('comes to an end for patterns that make other matchers try for ever', () => {
    const name = 'a'.repeat(250);
    for (const pattern of ['^(a+)+$', '(a|aa)*c', '^(.*)*x', '((a*)b*)*', 'a*a*a*a*a*a*a*a*b', '(\\w+\\w)+!', '(a{1,20}){1,20}b']) {
      assert.equal(matches(pattern, name), /^\^\(a|^\(\(a/.test(pattern), pattern);
    }
  });

  it('agrees, by its own matcher, with JavaScript on what both can do', () => {
    const names = ['', 'a', 'ab', 'abc', 'mail.dlq', 'amq.gen-1', 'a.b.c', 'A-1_x', 'orders.eu.v2', 'x]', 'a{2}', '^', 'aa', 'aab', 'é'];
    const patterns = [
      'a', '^a$', 'a|b', '^(a|b)c?$', '^(?:[a-z]+\\.)+dlq$', '^[^.]+$', '\\.', '^a{2}b?$', '^a{1,}$', '^(a|ab)(c|bcd)?$', '[\\w-]+_x$', '^$', '',
      '(?<n>a)b', 'a+?b', '^(amq\\.gen.*|mail.*)$', '\\d', '^\\D*$', '(a|b|)c', '((a)|(b))*$', 'x]', '[.]b', '^(|a)b', '(^a|b$)', 'é', '[^a-c]$',
    ];
    for (const pattern of patterns) {
      const regex = new RegExp(pattern);
      const ours = compileNfa(pattern, false);
      assert.ok(ours, pattern);
      for (const name of names) assert.equal(ours(name), regex.test(name), `${pattern} on "${name}"`);
    }
  });

  it('lets JavaScript do look-around, unless that may take long', () => {
    assert.equal(matches('^(?!amq\\.).*', 'amq.gen'), false);
    assert.equal(matches('^(?!amq\\.).*', 'mail'), true);
    assert.equal(matches('(a)\\1', 'xaax'), true);
    assert.match(String(matches('^(?!x)(a+)+$', 'a')), /look-around/);
    assert.match(String(matches('(?=a)a*a*a*', 'a')), /look-around/);
  });

  it('matches no name that AMQP does not allow', () => {
    assert.equal(matches('.*', 'x'.repeat(256)), false);
  });
});
