import type { PublishFact } from '../../model/facts';
import type { ConsumeSettings, PublishSettings } from '../../model/settings';
import { get } from '../../syntax/tree';
import { nodeRange } from '../shared/places';
import { defined } from '../shared/defined';
import { bindingsOf } from './bindings';
import type { DocChannel } from './channels';
import { dialect, type Doc } from './document';
import type { Server } from './servers';

type Session = Pick<PublishSettings & ConsumeSettings, 'clientId' | 'cleanStart' | 'sessionExpiry'>;

/** AsyncAPI writes an MQTT client's session at the server: it holds for every operation there. */
export function clientSettings(doc: Doc, channel: DocChannel): Session {
  const servers = channel.servers.filter((s) => s.protocol === 'mqtt');
  const only = servers[0];
  // Alternative servers may say different things of one client; then nothing is known.
  if (only === undefined || servers.length > 1) return {};
  const b = bindingsOf(doc, only.at, 'mqtt');
  const seconds = b.number('sessionExpiryInterval');
  return defined({
    clientId: b.text('clientId'),
    cleanStart: b.boolean('cleanSession') ?? b.boolean('cleanStart'),
    sessionExpiry: seconds && { value: seconds.value * 1_000, at: seconds.at },
  });
}

/** The last will: the broker publishes it for the application once the connection is lost. */
export function readLastWills(doc: Doc, servers: readonly Server[]): void {
  for (const server of servers) {
    if (server.protocol !== 'mqtt') continue;
    const b = bindingsOf(doc, server.at, 'mqtt');
    const will = b.field('lastWill');
    const topic = b.text('lastWill', 'topic');
    if (will === undefined || topic === undefined || get(will.node, 'topic') === undefined) continue;
    doc.facts.push(defined<PublishFact>({
      kind: 'publish', dialect, extent: nodeRange(will.file, will.node), service: doc.service,
      protocol: 'mqtt',
      channel: { name: topic, broker: server.name.value, protocol: 'mqtt' },
      settings: defined({ qos: b.number('lastWill', 'qos'), retain: b.boolean('lastWill', 'retain') }),
      inferred: `last will of the connection to server "${server.name.value}"`,
      note: 'The broker publishes it when the connection is lost.',
    }));
  }
}
