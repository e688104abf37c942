import { rangeIn } from '../../text/sourceFile';
import type { CredentialFact } from '../../model/facts';
import type { Protocol } from '../../model/settings';
import type { HclBody } from '../../syntax/hclNodes';
import { defined } from '../shared/defined';
import { contentRange } from '../shared/places';
import { isLiteralSecret } from '../shared/secrets';
import { dialect, type Context } from './context';
import { attribute, blockRange, type Declared } from './terraformFile';

/** Arguments that hold a secret; their write-only forms end in `_wo`. */
const secretName = /(^|_)(password|secret|secret_key|api_token|access_token|sasl_jaas_config)(_wo)?$/;
const userNames = ['username', 'sasl_username', 'user', 'name', 'key', 'kafka_api_key', 'cloud_api_key'];

/** Providers and resources whose secrets open a broker or a registry; others are not ours to judge. */
const ours = new RegExp('^(kafka|confluent|confluentcloud|aiven|rabbitmq|jetstream|redpanda|cloudamqp|'
  + 'upstash|aws_mq|kafka-connect)(_|$)');

const maxDepth = 10;

/** Variables whose names say both that they are secret and that they are a broker's. */
const ourVariable = /kafka|confluent|aiven|msk|redpanda|rabbit|amqp|nats|jetstream|broker|sasl/i;

/** Secrets that are written out in blocks of the brokers' providers, and as defaults of variables. */
export function readCredentials(c: Context): void {
  for (const declared of c.tf.declared) {
    const type = declared.mode === 'provider' ? declared.label : declared.type;
    // The reader of RabbitMQ's users tells of their passwords itself.
    if (!ours.test(type) || declared.type === 'rabbitmq_user') continue;
    const protocol: Protocol = /^(rabbitmq|cloudamqp|aws_mq)/.test(type) ? 'rabbitmq'
      : type === 'jetstream' ? 'nats' : 'kafka';
    inBody(c, declared, declared.block.body, protocol, 0);
  }
  for (const block of c.tf.top.blocks) {
    const label = block.type.text === 'variable' ? block.labels[0]?.text : undefined;
    const value = attribute(block.body, 'default')?.value;
    if (label === undefined || !ourVariable.test(label) || !secretName.test(label)) continue;
    if (value?.kind !== 'scalar' || typeof value.value !== 'string') continue;
    if (!isLiteralSecret(value.value)) continue;
    c.facts.push({
      kind: 'credential', dialect, extent: blockRange(c.file, block), of: `var.${label}`,
      secret: contentRange(c.file, value), where: `default of variable ${label}`,
    });
  }
}

function inBody(c: Context, declared: Declared, body: HclBody, protocol: Protocol, depth: number): void {
  for (const { name, value } of body.attributes) {
    if (value?.kind !== 'scalar' || typeof value.value !== 'string' || !secretName.test(name.text)) continue;
    if (!isLiteralSecret(value.value)) continue;
    const user = body.attributes
      .find((a) => userNames.includes(a.name.text) && a.value?.kind === 'scalar')?.value;
    const login = user?.kind === 'scalar' && typeof user.value === 'string' ? user : undefined;
    c.facts.push(defined<CredentialFact>({
      kind: 'credential', dialect, extent: blockRange(c.file, declared.block), of: declared.address,
      user: login && { value: login.text, at: contentRange(c.file, login) },
      secret: value.style === 'block' ? rangeIn(c.file, value.start, value.end) : contentRange(c.file, value),
      isDefault: protocol === 'rabbitmq' && login?.text === 'guest' && value.text === 'guest'
        ? true : undefined,
      where: name.text, protocol,
    }));
  }
  if (depth < maxDepth) for (const block of body.blocks) inBody(c, declared, block.body, protocol, depth + 1);
}
