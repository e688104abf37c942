import type { BrokerInventory } from '../brokers/inventory';
import type { Protocol } from '../model/settings';
import { documentOf } from './document';
import type { RealName } from './real';
import { blockLines } from './yamlText';

const readers: Readonly<Record<Protocol, string>> = {
  kafka: 'Consumer groups as the broker knows them: name the programs, and say which client they use.',
  rabbitmq: 'The broker tells that somebody reads, and not who: name the programs, and say which client they use.',
  nats: 'Durable consumers as the server knows them: name the programs, and say which client they use.',
  mqtt: '',
};

/**
 * A flow file of what is on a broker, ready to lint. Who publishes no broker tells; secrets are never in it.
 * @param of its `url` is without user info.
 */
export function importText(protocol: Protocol, inventory: BrokerInventory, of: RealName): string {
  const { broker, blocks, services, left } = documentOf(protocol, inventory, of);
  const lines = [comment(`${of.name} as it was when it was imported: ${inventory.about}.`), ...inventory.notes.map(comment)];
  if (protocol === 'mqtt') lines.push('# An MQTT broker has no list of topics: write those that your programs use.');
  lines.push('flow: 1', '', 'brokers:', ...indented(blockLines({ [of.name]: broker }, 1)));
  if (blocks.length > 0) {
    lines.push('', 'channels:');
    // One by one: a map of JavaScript would put names that are numbers first.
    for (const { key, block } of blocks) lines.push(...indented(blockLines({ [key]: block }, 1)));
  }
  if (Object.keys(services).length > 0) {
    lines.push('', 'services:', `  # ${readers[protocol]}`);
    for (const [name, service] of Object.entries(services)) lines.push(...indented(blockLines({ [name]: service }, 2)));
  }
  if (left.length > 0) lines.push('', '# A flow file cannot say:', ...left.map((line) => comment(`- ${line}`)));
  return `${lines.join('\n')}\n`;
}

/** Whatever a broker says, it stays one line. */
function comment(text: string): string {
  return `# ${text.replace(/[\s\p{Cc}\u2028\u2029]+/gu, ' ')}`;
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}
