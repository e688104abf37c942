import assert from 'node:assert/strict';
import { urlFault } from '../../src/extension/brokerUrl';
import { connectionOf, newDraft } from '../../src/extension/connectionDraft';
import type { Draft } from '../../src/extension/connectionDraft';
import { PRESETS } from '../../src/extension/connectionPresets';

/** What a preset comes to when its questions are answered one after the other. */
function answered(id: string, ...answers: readonly string[]) {
  const preset = PRESETS.find((one) => one.id === id);
  assert.ok(preset);
  const draft: Draft = { ...newDraft(preset.protocol), ...preset.sets, name: id };
  assert.equal(answers.length, preset.asks.length, `${id} asks ${preset.asks.length} questions`);
  preset.asks.forEach((ask, i) => {
    const answer = answers[i] || (ask.propose?.(draft) ?? '');
    assert.equal(ask.fault?.(answer), undefined);
    Object.assign(draft, ask.take ? ask.take(answer) : { [ask.field]: answer });
  });
  assert.equal(urlFault(preset.protocol, draft.url), undefined);
  return connectionOf(draft);
}

const fault = (id: string, answer: string): string => PRESETS.find((one) => one.id === id)?.asks[0]?.fault?.(answer) ?? '';

describe('presets of connections', () => {
  it('ask each provider’s few answers and know the rest', () => {
    assert.deepEqual(answered('confluent-cloud', 'SASL_SSL://pkc-abc12.eu-west-1.aws.confluent.cloud:9092', 'KEY', 'hush'), {
      description: {
        name: 'confluent-cloud', protocol: 'kafka', url: 'pkc-abc12.eu-west-1.aws.confluent.cloud:9092', tls: true, user: 'KEY', saslMechanism: 'plain',
      },
      secrets: { password: 'hush' },
    });
    assert.deepEqual(answered('msk-iam', 'b-1.shop.abc123.c2.kafka.eu-west-1.amazonaws.com', '', ''), {
      description: {
        name: 'msk-iam', protocol: 'kafka', url: 'b-1.shop.abc123.c2.kafka.eu-west-1.amazonaws.com:9098', tls: true,
        saslMechanism: 'aws-msk-iam', aws: { region: 'eu-west-1' },
      },
      secrets: {},
    });
    const two = 'b-1-public.s.a.c2.kafka.us-east-1.amazonaws.com, b-2-public.s.a.c2.kafka.us-east-1.amazonaws.com';
    assert.equal(answered('msk-scram', two, 'me', 'hush').description.url, two.replaceAll('.com', '.com:9196').replace(' ', ''));
    assert.deepEqual(answered('msk-mtls', 'b-1.s.a.c2.kafka.us-east-1.amazonaws.com:9094', '/c.pem', '/k.pem', 'hush').secrets, { passphrase: 'hush' });
    assert.deepEqual(answered('cloudamqp', 'prawn.rmq.cloudamqp.com', 'abcdefgh', 'hush', '').description, {
      name: 'cloudamqp', protocol: 'rabbitmq', url: 'amqps://prawn.rmq.cloudamqp.com/abcdefgh', tls: true,
      managementUrl: 'https://prawn.rmq.cloudamqp.com', user: 'abcdefgh',
    });
    assert.equal(answered('hivemq-cloud', '0123.s1.eu.hivemq.cloud', 'me', 'hush').description.url, 'mqtts://0123.s1.eu.hivemq.cloud:8883');
    assert.equal(answered('hivemq-cloud', 'wss://0123.s1.eu.hivemq.cloud:8884/mqtt', 'me', 'x').description.url, 'wss://0123.s1.eu.hivemq.cloud:8884/mqtt');
    assert.deepEqual(answered('synadia-cloud', '~/ngs.creds').description, {
      name: 'synadia-cloud', protocol: 'nats', url: 'tls://connect.ngs.global:4222', tls: true, credentialsFile: '~/ngs.creds',
    });
  });

  it('tell what cannot be right before anything is connected to', () => {
    assert.match(fault('msk-iam', 'b-1.s.a.c2.kafka.us-east-1.amazonaws.com:9096'), /for another way to sign in; this one has port 9098/);
    assert.equal(fault('msk-iam', 'b-1.s.a.c2.kafka.us-east-1.amazonaws.com:20098'), '', 'the port over IPv6');
    assert.match(fault('confluent-cloud', 'localhost:9092'), /localhost is not one of this provider’s/);
    assert.match(fault('cloudamqp', 'amqps://me:hush@prawn.rmq.cloudamqp.com/me'), /Leave user and password out/);
    assert.match(fault('hivemq-cloud', ''), /Write the host/);
  });

  it('name where the provider says so', () => {
    for (const { source } of PRESETS) assert.match(source, /^https:\/\//);
  });
});
