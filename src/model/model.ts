import type { FileId, SourceRange, Sourced } from '../text/range';
import type {
  BrokerFact, ChannelFact, ChannelSpace, ConsumeFact, ContractFact, CredentialFact, PermissionFact, PublishFact, RouteFact,
  RouteKind, SchemaFact, ServiceFact,
} from './facts';
import type { BrokerSettings, ChannelSettings, ConsumeSettings, Protocol, PublishSettings } from './settings';

export type ChannelKind = 'topic' | 'exchange' | 'queue' | 'stream' | 'subject' | 'channel';

/** A broker with everything that any file says of it. */
export interface Broker extends BrokerSettings {
  /** Unique: the name, or `name (2)` where two brokers that differ share a name. */
  readonly id: string;
  readonly name: string;
  readonly protocol?: Protocol;
  readonly url?: Sourced<string>;
  readonly registry?: Sourced<string>;
  readonly version?: Sourced<string>;
  readonly managed?: Sourced<string>;
  readonly environment?: Sourced<string>;
  readonly vhost?: Sourced<string>;
  readonly topicDefaults?: ChannelSettings;
  /** Declarations that are taken to be of this broker though no file says so. */
  readonly joins?: readonly BrokerJoin[];
  /** Those of its declarations that are of a copy for development (a compose file's). */
  readonly copies?: ReadonlySet<BrokerFact>;
  readonly facts: readonly BrokerFact[];
  readonly channels: readonly Channel[];
}

/** A declaration that was joined to a broker by a guess: where it stands and why, for hover. */
export interface BrokerJoin {
  readonly at: SourceRange;
  readonly why: string;
}

export interface Channel {
  /** The address, or `broker/address` where the address alone is not unique; exchanges and queues
   *  of one name are told apart as `exchange:name` and `queue:name`. */
  readonly id: string;
  readonly address: string;
  readonly kind: ChannelKind;
  readonly space?: ChannelSpace;
  readonly protocol?: Protocol;
  readonly broker?: Broker;
  /** Why it is taken to be on that broker, where no file says so. */
  readonly brokerGuess?: string;
  /** Of each setting the first declaration in file order. */
  readonly settings: ChannelSettings;
  /** Files that declare it; empty for a channel that is only mentioned. */
  readonly declarations: readonly ChannelFact[];
  readonly schema?: SchemaUse;
  readonly publishes: readonly Publish[];
  readonly consumes: readonly Consume[];
  readonly routesOut: readonly Route[];
  readonly routesIn: readonly Route[];
  /** True if some route of kind dead-letter leads here. */
  readonly isDeadLetter: boolean;
  /** Where to point at: its first declaration's name, else its first mention. */
  readonly at: SourceRange;
}

/** A channel's use of a contract: `OrderPlaced@2`. */
export interface SchemaUse {
  readonly written: Sourced<string>;
  readonly name: string;
  readonly version?: string;
  readonly schema?: Schema;
  /** Why it is taken to be this contract, where no file names one. `written` is the channel's own place then. */
  readonly inferred?: string;
}

export interface Schema {
  readonly name: string;
  readonly fact: SchemaFact;
  readonly versions: readonly SchemaVersion[];
  /** The one file of a schema that has no versions yet; its `version` is empty. */
  readonly source?: SchemaVersion;
  readonly usedBy: readonly Channel[];
}

export interface SchemaVersion {
  readonly version: string;
  readonly at: SourceRange;
  readonly target?: Sourced<{ readonly path: string; readonly fragment: string }>;
  /** False if the target's file does not exist. Undefined where nobody looked. */
  readonly fileExists?: boolean;
  readonly contract?: ContractFact;
}

export interface Service {
  readonly name: string;
  readonly client?: Sourced<string>;
  readonly owner?: Sourced<string>;
  readonly instances?: Sourced<number>;
  readonly database?: Sourced<string>;
  readonly failureTests?: Sourced<string>;
  readonly facts: readonly ServiceFact[];
  readonly publishes: readonly Publish[];
  readonly consumes: readonly Consume[];
  readonly at: SourceRange;
  readonly inferred?: string;
  /** Declarations under another name that are taken to be of this service: where they stand and why. */
  readonly joins?: readonly BrokerJoin[];
}

interface Edge {
  readonly service: Service;
  /** Absent where a file gives a client's settings but no channel. */
  readonly channel?: Channel;
  readonly protocol?: Protocol;
  /** The name of the channel as written, else of the service: what a finding points at by default. */
  readonly at: SourceRange;
}

export interface Publish extends Edge {
  readonly kind: 'publish';
  /** The edge's own settings over those its service states for all its publishes. */
  readonly settings: PublishSettings;
  /** The first of `facts`: the one whose place a fix edits. */
  readonly fact: PublishFact;
  /** All declarations of this edge, and the service-wide ones that its settings come from. */
  readonly facts: readonly PublishFact[];
}

export interface Consume extends Edge {
  readonly kind: 'consume';
  readonly settings: ConsumeSettings;
  readonly fact: ConsumeFact;
  readonly facts: readonly ConsumeFact[];
}

export interface Route {
  readonly kind: RouteKind;
  readonly from: Channel;
  readonly to: Channel;
  readonly key?: Sourced<string>;
  readonly fact: RouteFact;
  /** All declarations of this route: a queue and its consumer may both name the dead-letter target. */
  readonly facts: readonly RouteFact[];
  readonly at: SourceRange;
}

/** A name that should be declared somewhere and is not. */
export interface DanglingRef {
  readonly what: 'channel' | 'broker' | 'schema' | 'schema-version';
  readonly name: string;
  readonly at: SourceRange;
  /** What says it: `service checkout`, `queue mail`. */
  readonly by: string;
  /** What it says it for: a route of kind dead-letter is `dlq/target-missing`, not `topology/dangling-ref`. */
  readonly role: 'publish' | 'consume' | RouteKind | 'broker' | 'schema';
  /** Names that are declared, for did-you-mean. */
  readonly candidates: readonly string[];
  /** True where it may be declared outside the files: it is a mistake only if a candidate is near. */
  readonly ifNear?: true;
}

export type EntityKind = 'broker' | 'channel' | 'service' | 'schema' | 'contract';

/** One place where an entity is named: the ground of go-to, references and rename. */
export interface Occurrence {
  readonly entity: EntityKind;
  /** Broker or channel id, service, schema or contract name. */
  readonly id: string;
  readonly at: SourceRange;
  readonly role: 'declaration' | 'reference';
  /** The text at the place, without quotes: `OrderPlaced@2`, `events/orders`. */
  readonly written: string;
  /** True where a rename may edit the text. */
  readonly renameable: boolean;
  /** The whole declaration for declarations; the place itself for references. */
  readonly extent: SourceRange;
}

/** Everything that all files of a workspace say, joined. Immutable; built anew after a change. */
export interface FlowModel {
  readonly brokers: readonly Broker[];
  readonly channels: readonly Channel[];
  readonly services: readonly Service[];
  readonly publishes: readonly Publish[];
  readonly consumes: readonly Consume[];
  readonly routes: readonly Route[];
  readonly schemas: readonly Schema[];
  readonly contracts: readonly ContractFact[];
  readonly credentials: readonly CredentialFact[];
  readonly permissions: readonly PermissionFact[];
  readonly dangling: readonly DanglingRef[];
  /** Sorted by place. */
  readonly occurrences: readonly Occurrence[];
  /** The files the model was built of, with their dialects. */
  readonly files: ReadonlyMap<FileId, ModelFile>;
  channel(id: string): Channel | undefined;
  service(name: string): Service | undefined;
  broker(id: string): Broker | undefined;
  schema(name: string): Schema | undefined;
}

export interface ModelFile {
  readonly id: FileId;
  readonly path: string;
  readonly dialect: string;
}
