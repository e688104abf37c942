import assert from 'node:assert/strict';
import { matches } from '../../../src/readers/spring/profiles';
import { spring } from '../../../src/readers/spring/reader';
import { readFile } from '../../../src/workspace/read';
import { fixture } from '../../support/fixture';
import { reading } from '../../support/reading';

/** The group that a file comes to, by the chosen profile. */
function group(text: string, profile?: string, path = 'a/application.yml'): string | undefined {
  const { files } = fixture(text, path);
  const { result } = readFile(files[0]!, spring, (p) => files.find((f) => f.path === p), undefined,
    profile === undefined ? {} : { profile });
  const consume = result.facts.find((f) => f.kind === 'consume');
  return consume?.kind === 'consume' ? consume.settings.group?.value : undefined;
}

const documents = `spring.kafka.consumer.group-id: base
---
spring:
  config.activate.on-profile: dev
  kafka.consumer.group-id: dev
---
spring:
  config:
    activate:
      on-profile: prod & !eu
  kafka.consumer.group-id: prod
---
spring:
  profiles: eu
  kafka:
    consumer:
      groupId: eu
`;

describe('spring: profiles and documents', () => {
  it('merges the base with the documents of the profiles in force, the later wins', () => {
    assert.deepEqual(
      [undefined, 'prod', 'dev', 'eu', 'prod,eu', 'dev, prod', 'qa'].map((p) => group(documents, p)),
      ['prod', 'prod', 'dev', 'eu', 'eu', 'prod', 'base']);
  });

  it('takes documents of properties', () => {
    const text = `spring.kafka.consumer.group-id=base
#---
spring.config.activate.on-profile=dev
spring.kafka.consumer.group-id=dev
#---
spring.config.activate.on-profile=prod,staging
spring.kafka.consumer.group-id=prod
`;
    const path = 'a/application.properties';
    assert.deepEqual([undefined, 'dev', 'staging', 'x'].map((p) => group(text, p, path)), ['prod', 'dev', 'prod', 'base']);
    assert.equal(reading(spring, text, path).report, '');
  });

  it('finds keys that stand twice in one document only', () => {
    const r = reading(spring, 'spring.kafka.client-id=a\nspring.kafka.client-id=b\n#---\nspring.kafka.client-id=c\n',
      'a/application.properties');
    assert.deepEqual(r.problems.map((p) => [p.code, r.textAt(p.at)]), [['syntax/duplicate-key', 'spring.kafka.client-id']]);
  });

  it('switches on what is included and grouped', () => {
    const text = `spring:
  profiles:
    include: common-kafka
    group:
      production: [mq, audit]
  kafka.consumer.group-id: base
---
spring.config.activate.on-profile: audit
spring.kafka.consumer.group-id: audit
`;
    assert.deepEqual(['production', undefined, 'dev'].map((p) => group(text, p)), ['audit', 'audit', 'base']);
    const included = 'spring.profiles.include: extra\n---\nspring.config.activate.on-profile: extra\nspring.kafka.consumer.group-id: x\n';
    assert.equal(group(included, 'dev'), 'x');
  });

  it('takes active profiles that are no place to run, where nobody chose', () => {
    const text = (name: string): string => `spring.profiles.active: ${name}
---
spring.config.activate.on-profile: ${name}
spring.kafka.consumer.group-id: ${name}
`;
    assert.deepEqual(['postgres', 'dev', 'local'].map((name) => group(text(name))), ['postgres', undefined, undefined]);
    assert.equal(group(text('postgres'), 'prod'), undefined);
  });

  it('takes the profile default where nothing else is in force', () => {
    const text = 'spring.kafka.consumer.group-id: a\n---\nspring.config.activate.on-profile: default\nspring.kafka.consumer.group-id: b\n';
    assert.deepEqual([group(text), group(text, 'prod'), group(text, 'default')], ['b', 'a', 'b']);
  });

  const names: readonly [string, string | undefined, string | undefined][] = [
    ['a/application-prod.yml', undefined, 'g'], ['a/application-prod.yml', 'dev', undefined],
    ['a/application-dev.yml', undefined, undefined], ['a/application-dev.yml', 'dev', 'g'],
    ['a/application-kafka.yml', undefined, 'g'], ['a/bootstrap.yml', undefined, 'g'],
    ['config/orders-service.yml', undefined, 'g'], ['config/orders-dev.yml', undefined, undefined],
    ['a/src/test/resources/application.yml', undefined, undefined],
    ['a/src/test/resources/application.yml', 'test', 'g'],
  ];
  for (const [path, profile, expected] of names) {
    it(`reads ${path} ${expected === undefined ? 'not at all' : 'as in force'} for ${profile ?? 'no choice'}`, () => {
      assert.equal(group('spring:\n  kafka:\n    consumer:\n      group-id: g\n', profile, path), expected);
    });
  }

  it('still sees secrets and broken syntax of what is not in force', () => {
    const r = reading(spring, `spring:
  rabbitmq: { host: localhost, username: app, password: hunter2 }
  kafka: [
`, 'a/application-dev.yml');
    assert.deepEqual(r.lines, ['credential app spring.rabbitmq.password secret']);
    assert.ok(r.problems.length > 0);
  });

  it('replaces lists whole', () => {
    const text = `spring:
  kafka:
    bootstrap-servers: [a:9092, b:9092, c:9092]
---
spring:
  config.activate.on-profile: prod
  kafka:
    bootstrap-servers: [d:9092]
`;
    assert.deepEqual(reading(spring, text, 'a/application.yml').lines[0], 'broker d:9092 kafka d:9092');
    const scalar = text.replace('[d:9092]', 'd:9092,e:9092');
    assert.deepEqual(reading(spring, scalar, 'a/application.yml').lines[0], 'broker d:9092 kafka d:9092,e:9092');
  });

  const expressions: readonly [string, boolean][] = [
    ['prod', true], ['!prod', false], ['prod & eu', true], ['prod & !eu', false], ['us | prod', true],
    ['(us | eu) & prod', true], ['!(us | eu)', false], ['us', false], ['', false], ['prod &', false], ['(prod', true],
    ['prod eu', false], ['!!prod', true],
  ];
  for (const [text, expected] of expressions) {
    it(`takes "${text}" for ${expected}`, () => {
      assert.equal(matches([text], (name) => name === 'prod' || name === 'eu'), expected);
    });
  }

  it('does not use up the stack on an expression without end', () => {
    assert.equal(matches(['('.repeat(100_000)], () => true), false);
    assert.equal(matches(['!'.repeat(100_000)], () => true), false);
  });
});

describe('spring: placeholders', () => {
  const one = (value: string, more = ''): string =>
    `app:\n  base: shop\n  name: \${app.base}.orders\n${more}spring:\n  kafka:\n    consumer:\n      group-id: ${value}\n`;

  const cases: readonly [string, string | undefined][] = [
    ['${GROUP:billing}', 'billing'], ['${app.base}', 'shop'], ['${app.name}-group', 'shop.orders-group'],
    ['${app.missing:${app.base}}', 'shop'], ['${APP.BASE}', 'shop'], ['${missing}', undefined], ['"@project.name@"', undefined],
    ['"#{systemProperties.x}"', undefined], ['${random.uuid}', undefined], ['<group>', undefined],
  ];
  for (const [value, expected] of cases) {
    it(`takes ${value} for ${expected ?? 'what nobody knows'}`, () => {
      const r = reading(spring, one(value), 'a/application.yml');
      const consume = r.facts.find((f) => f.kind === 'consume');
      assert.ok(consume?.kind === 'consume');
      assert.equal(consume.settings.group?.value, expected);
      assert.deepEqual(consume.settings.open, expected === undefined ? ['group'] : undefined);
    });
  }

  it('reads a file with Maven\'s filters, which are no YAML', () => {
    const r = reading(spring, 'spring:\n  application:\n    name: @project.artifactId@\n  kafka.client-id: x\n', 'pay/application.yml');
    assert.equal(r.report, '');
    assert.deepEqual(r.lines, ['service pay client=spring-kafka']);
  });

  it('leaves what refers to itself open', () => {
    const r = reading(spring, 'a=${b}${b}\nb=${a}${a}\nspring.kafka.consumer.group-id=${a}\n', 'x/application.properties');
    assert.deepEqual(r.lines.at(-1), 'x <- * open=group');
  });

  it('does not use up the stack on a chain of references', () => {
    const chain = Array.from({ length: 5_000 }, (_, i) => `k${i}=\${k${i + 1}}`).join('\n');
    const r = reading(spring, `${chain}\nk5000=x\nspring.kafka.consumer.group-id=\${k0}\n`, 'x/application.properties');
    assert.deepEqual(r.lines.at(-1), 'x <- * open=group');
  });

  it('takes name and placeholders from the files beneath it', () => {
    const text = `=== pay/src/main/resources/application-prod.yml
spring.kafka.consumer.group-id: \${app.group}
=== pay/src/main/resources/application.yml
app:
  group: payments
=== pay/src/main/resources/bootstrap.yml
spring:
  application:
    name: payment-service
`;
    const r = reading(spring, text, 'x');
    assert.deepEqual(r.lines, ['service payment-service client=spring-kafka', 'payment-service <- * group=payments']);
    const service = r.facts[0];
    assert.equal(service?.kind === 'service' && r.textAt(service.name.at), 'payment-service');
  });
});
