import type { SourceRange, Sourced } from '../../text/range';
import type { CredentialFact } from '../../model/facts';
import type { Protocol } from '../../model/settings';
import { entry, get, isScalar, type MapNode } from '../../syntax/tree';
import type { Asking } from '../kubernetes/asking';
import type { Resource } from '../kubernetes/resource';
import { defined } from '../shared/defined';
import { booleanOf, mapsIn, numberOf, type Said } from '../shared/document';
import { contentRange, nodeRange } from '../shared/places';
import { isLiteralSecret } from '../shared/secrets';
import { dialect } from './dialect';

/** What a type of component speaks, and the library in Dapr's sidecar that speaks it. */
const systems: readonly { readonly type: RegExp; readonly protocol: Protocol; readonly client?: string }[] = [
  { type: /\.(kafka|azure\.eventhubs\.kafka)$/, protocol: 'kafka', client: 'sarama' },
  { type: /\.rabbitmq$/, protocol: 'rabbitmq', client: 'amqp091-go' },
  { type: /\.mqtt3?$/, protocol: 'mqtt' },
  { type: /\.(jetstream|nats|natsstreaming)$/, protocol: 'nats', client: 'nats.go' },
];

/** Values that Dapr fills in when a sidecar starts; `{appID}` is known where the program is. */
const template = /\{(uuid|podName|namespace|appID)\}/i;

/** A `Component`: its settings are a list of names and values, whose names do not regard case. */
export class Component {
  readonly type: string;
  readonly name: Sourced<string>;
  readonly protocol: Protocol | undefined;
  readonly client: Sourced<string> | undefined;
  /** The programs that may use it, by their app ids; all of them where none is listed. */
  readonly scopes: readonly Sourced<string>[];
  /** Where a default of Dapr's own rests: the key that would hold the setting. */
  readonly at: SourceRange;
  private notes: string[] = [];
  private readonly items = new Map<string, MapNode>();

  constructor(
    readonly ask: Asking, readonly resource: Resource, type: Sourced<string>, name: Sourced<string>,
  ) {
    const { root, file } = resource;
    this.type = type.value.trim();
    this.name = name;
    const system = systems.find((s) => s.type.test(this.type));
    this.protocol = system?.protocol;
    this.client = system?.client === undefined ? undefined : { value: system.client, at: type.at };
    this.scopes = ask.list(get(root, 'scopes'));
    const metadata = entry(get(root, 'spec'), 'metadata');
    this.at = metadata === undefined ? type.at : contentRange(file, metadata.key);
    for (const item of mapsIn(metadata?.value)) {
      const key = ask.text(get(item, 'name'));
      if (key !== undefined) this.items.set(key.value.toLowerCase(), item);
    }
  }

  has(key: string): boolean {
    return this.items.has(key.toLowerCase());
  }

  /** The first of these settings that is there; what a secret or the environment holds is open. */
  said(...keys: readonly string[]): Said<string> {
    const item = keys.map((key) => this.items.get(key.toLowerCase())).find((one) => one !== undefined);
    if (item === undefined) return undefined;
    const said = this.ask.said(get(item, 'value'));
    if (said === undefined) return entry(item, 'secretKeyRef') ?? entry(item, 'envRef') ? 'open' : undefined;
    return said;
  }

  text(...keys: readonly string[]): Sourced<string> | undefined {
    const said = this.said(...keys);
    return said === 'open' || said === undefined || said.value.trim() === '' ? undefined : said;
  }

  /** A value in which Dapr fills in what only the running sidecar knows. */
  filled(app: Sourced<string> | undefined, ...keys: readonly string[]): Said<string> {
    const said = this.said(...keys);
    if (said === undefined || said === 'open') return said;
    const namespace = this.resource.namespace;
    let value = app === undefined ? said.value : said.value.replaceAll(/\{appID\}/gi, app.value);
    if (namespace !== undefined) value = value.replaceAll(/\{namespace\}/gi, namespace);
    return template.test(value) ? 'open' : { value, at: said.at };
  }

  value<T>(parse: (text: string) => T | undefined, ...keys: readonly string[]): Said<T> {
    const said = this.said(...keys);
    if (said === undefined || said === 'open') return said;
    const value = parse(said.value.trim());
    return value === undefined ? 'open' : { value, at: said.at };
  }

  number(...keys: readonly string[]): Said<number> {
    return this.value(numberOf, ...keys);
  }

  /** Dapr takes several words for true. */
  boolean(...keys: readonly string[]): Said<boolean> {
    return this.value(truth, ...keys);
  }

  /** A value, or what Dapr does without it; that is told of in the notes. */
  or<T extends string | number | boolean>(said: Said<T>, key: string, value: T): Said<T> {
    if (said !== undefined) return said;
    this.notes.push(`${key} is not set, and Dapr's default is ${value}.`);
    return { value, at: this.at };
  }

  /** Settings with a note of what holds in them without being written. */
  told<T extends object>(settings: T): { settings: T; note: string | undefined } {
    const note = [...new Set(this.notes)].join(' ');
    this.notes = [];
    return { settings, note: note === '' ? undefined : note };
  }

  /** A list with commas, each part at its own place where the file holds the text as it is. */
  list(...keys: readonly string[]): Sourced<string>[] {
    const said = this.filled(undefined, ...keys);
    return said === undefined || said === 'open' ? [] : partsOf(this.ask, said, ',');
  }

  /** The whole entry of a setting. */
  extent(...keys: readonly string[]): SourceRange {
    const item = keys.map((key) => this.items.get(key.toLowerCase())).find((one) => one !== undefined);
    return item === undefined ? this.at : nodeRange(this.ask.file, item);
  }

  /** Secrets that are written out. */
  secrets(of: string): CredentialFact[] {
    return secretKeys.flatMap(([key, ...users]): CredentialFact[] => {
      const node = get(this.items.get(key.toLowerCase()), 'value');
      if (!isScalar(node) || node.value === null || !isLiteralSecret(node.text)) return [];
      return [defined<CredentialFact>({
        kind: 'credential', dialect, extent: this.extent(key), of, protocol: this.protocol, where: key,
        user: this.text(...users), secret: contentRange(this.ask.file, node),
      })];
    });
  }
}

const secretKeys: readonly (readonly [string, ...string[]])[] = [
  ['saslPassword', 'saslUsername'], ['password', 'username'], ['token'], ['seedKey'], ['clientKey'],
  ['oidcClientSecret', 'oidcClientID'], ['schemaRegistryAPISecret', 'schemaRegistryAPIKey'],
];

function truth(text: string): boolean | undefined {
  if (/^(y|yes|t|on|1)$/i.test(text)) return true;
  return /^(n|no|f|off|0)$/i.test(text) ? false : booleanOf(text);
}

/** The parts of a text, trimmed, with their places. */
export function partsOf(ask: Asking, said: Sourced<string>, separator: string): Sourced<string>[] {
  const isVerbatim = ask.file.text.slice(said.at.start, said.at.end) === said.value;
  let from = said.at.start;
  return said.value.split(separator).flatMap((part) => {
    const start = from + part.length - part.trimStart().length;
    from += part.length + separator.length;
    const value = part.trim();
    if (value === '') return [];
    return [{ value, at: isVerbatim ? { ...said.at, start, end: start + value.length } : said.at }];
  });
}

/** Reads a component; undefined without a type or a name. */
export function componentOf(ask: Asking, resource: Resource): Component | undefined {
  const type = ask.text(get(resource.root, 'spec', 'type'));
  if (resource.kind !== 'Component' || type === undefined || resource.name === undefined) return undefined;
  return new Component(ask, resource, type, resource.name);
}
