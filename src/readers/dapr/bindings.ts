import type { Sourced } from '../../text/range';
import type { ChannelFact, ChannelRef, ConsumeFact, Fact, PublishFact } from '../../model/facts';
import type { ChannelSettings } from '../../model/settings';
import { defined } from '../shared/defined';
import { settingsOf, type Said } from '../shared/document';
import { brokerOf } from './broker';
import { appFacts } from './apps';
import type { Component } from './component';
import { dialect } from './dialect';
import { consumeSettings, publishSettings } from './settings';

/** Which way messages go, and why where the file does not say it. */
interface Direction {
  readonly reads: boolean;
  readonly writes: boolean;
  readonly inferred?: string;
}

/** A binding: one topic or queue, which programs are fed from (input) or write to (output). */
export function bindingFacts(c: Component): Fact[] {
  const { broker, logins } = brokerOf(c);
  const head: Fact[] = [...(broker === undefined ? [] : [broker]), ...logins];
  const inputs = c.protocol === 'kafka' ? c.list('topics') : one(c, 'topic', 'queueName', 'subject');
  const outputs = c.protocol === 'kafka' ? c.list('publishTopic') : inputs;
  if (c.protocol === undefined || inputs.length + outputs.length === 0) return head;
  const way = directionOf(c, inputs, outputs);
  const written = outputs.filter((name) => !way.reads || !inputs.includes(name));
  const names = [...(way.reads ? inputs : []), ...(way.writes ? written : [])];
  const channels = names.map((name): ChannelFact => defined<ChannelFact>({
    kind: 'channel', dialect, extent: c.resource.extent, address: name, protocol: c.protocol,
    space: c.protocol === 'rabbitmq' ? 'queue' : undefined,
    broker: broker && { value: broker.name.value, at: name.at },
    ...c.told(c.protocol === 'rabbitmq' ? queueSettings(c) : {}),
    inferred: c.scopes.length === 0 ? 'Every program with Dapr may use the binding; it names none.'
      : undefined,
  }));
  const edges = c.scopes.flatMap((app): Fact[] => {
    const base = { dialect, extent: c.resource.extent, service: app, protocol: c.protocol, client: c.client,
      inferred: way.inferred };
    const ref = (name: Sourced<string>): ChannelRef => defined<ChannelRef>({
      name, protocol: c.protocol, broker: broker?.name.value,
      space: c.protocol === 'rabbitmq' ? 'queue' : undefined,
    });
    return [
      ...(way.reads ? inputs : []).map((name) => defined<ConsumeFact>({
        ...base, kind: 'consume', channel: ref(name), ...c.told(consumeSettings(c, app)),
      })),
      ...(way.writes ? outputs : []).map((name) => defined<PublishFact>({
        ...base, kind: 'publish', channel: ref(name), ...c.told(publishSettings(c, app)),
      })),
    ];
  });
  return [...head, ...appFacts(c.scopes, c), ...channels, ...edges];
}

function one(c: Component, ...keys: readonly string[]): Sourced<string>[] {
  const said = c.filled(undefined, ...keys);
  return said === undefined || said === 'open' ? [] : [said];
}

function directionOf(c: Component, inputs: readonly unknown[], outputs: readonly unknown[]): Direction {
  const said = c.text('direction')?.value.toLowerCase();
  if (said !== undefined) return { reads: said.includes('input'), writes: said.includes('output') };
  const why = 'The binding does not say its direction; ';
  if (c.protocol === 'kafka') {
    return {
      reads: inputs.length > 0, writes: outputs.length > 0,
      inferred: `${why}topics is for reading, publishTopic for writing.`,
    };
  }
  return { reads: true, writes: false,
    inferred: `${why}Dapr starts it for reading for every program that may use it.` };
}

function queueSettings(c: Component): ChannelSettings {
  return settingsOf<ChannelSettings>({
    durable: c.or(c.boolean('durable'), 'durable', false),
    autoDelete: c.or(c.boolean('deleteWhenUnused', 'deletedWhenUnused'), 'deleteWhenUnused', false),
    exclusive: c.boolean('exclusive'), ttl: seconds(c.number('ttlInSeconds')),
  });
}

/** Dapr's settings of times to live are in seconds. */
export function seconds(said: Said<number>): Said<number> {
  return said === undefined || said === 'open' ? said : { value: said.value * 1000, at: said.at };
}
