import type { SourceRange, Sourced } from '../text/range';
import type { BrokerSettings, ChannelSettings, ConsumeSettings, Protocol, PublishSettings } from './settings';

/**
 * What one file says. Readers return facts; `buildModel` joins the facts of all files. A fact
 * names other things by the words of its file (`Sourced<string>`), never by reference.
 */
export type Fact =
  | BrokerFact
  | ChannelFact
  | RouteFact
  | ServiceFact
  | PublishFact
  | ConsumeFact
  | SchemaFact
  | ContractFact
  | CredentialFact
  | PermissionFact;

interface FactBase {
  /** The dialect of the file, as in `Reader.dialect`. */
  readonly dialect: string;
  /** The whole declaration, from key to end of its block: what a cursor must be in to be "on" it. */
  readonly extent: SourceRange;
  /** Set where the file does not say it outright: why it was concluded, for hover. */
  readonly inferred?: string;
  /** Names that other files have for the same broker, channel or service (`same-as`, `alias` of a flow file). */
  readonly aliases?: readonly Sourced<string>[];
  /** Where a missing setting can be written: an offset behind a key, with the text around it. */
  readonly insert?: InsertPlace;
  /** How the file was read, where that is not plain from its words (AsyncAPI 2 directions, policies), for hover. */
  readonly note?: string;
}

/** A Kafka cluster, RabbitMQ vhost, MQTT broker or NATS account. */
export interface BrokerFact extends FactBase, BrokerSettings {
  readonly kind: 'broker';
  readonly name: Sourced<string>;
  readonly protocol?: Sourced<Protocol>;
  /** Placeholders with defaults already filled in; never with user info (that is a CredentialFact). */
  readonly url?: Sourced<string>;
  /** Where a URL stands that only the environment of whoever connects knows: a variable without a default. */
  readonly openUrl?: SourceRange;
  readonly registry?: Sourced<string>;
  readonly version?: Sourced<string>;
  readonly managed?: Sourced<string>;
  readonly environment?: Sourced<string>;
  readonly vhost?: Sourced<string>;
  /**
   * Further `host:port` addresses at which others reach it: listeners, a service's name in its network.
   * With `url` they are what brokers of several files are joined by.
   */
  readonly addresses?: readonly Sourced<string>[];
  /**
   * The folder in which hosts without a dot (`kafka:9092`, `localhost:9092`) mean this broker: that of a
   * compose file, whose services' names hold in its own network only. Absolute, without a slash at the end.
   */
  readonly scope?: string;
  /**
   * The Kubernetes namespace in which it runs, where the file says it: two brokers of one name in two
   * namespaces are two, though programs in either call theirs by the same bare host.
   */
  readonly namespace?: string;
  /** The program that it runs, where the file says it and its defaults are not those of its protocol. */
  readonly software?: 'mosquitto' | 'redpanda';
  /** What the cluster gives to topics that do not say it themselves (`min.insync.replicas` of a broker). */
  readonly topicDefaults?: ChannelSettings;
  /** Files that this broker is given to read (a mounted definitions file): what they declare is its own. Absolute. */
  readonly configuredBy?: readonly string[];
  /**
   * True where the file is this server's own configuration, not one that only names it: who mounts the file
   * means this broker and none of those it bridges to, and two such of different names are two servers.
   */
  readonly isServer?: true;
  readonly description?: string;
}

/** Which of RabbitMQ's two name spaces a name lies in; other protocols have one. */
export type ChannelSpace = 'exchange' | 'queue';

/** How a file refers to a channel. */
export interface ChannelRef {
  /** The wire address, or `broker/address` where a flow file tells equal addresses apart. */
  readonly name: Sourced<string>;
  readonly space?: ChannelSpace;
  /** A broker's name in this file's words, if the file says it. */
  readonly broker?: string;
  readonly protocol?: Protocol;
  /** True where no broker is guessed for it: it is of the one that it names, or of none that the files know. */
  readonly onlyNamed?: true;
  /**
   * True where the dialect requires the channel to be declared: a miss is `topology/dangling-ref`. `if-near` where
   * others may have made it: then it is one only if a declared name is so near that it must be meant.
   */
  readonly mustExist?: boolean | 'if-near';
  /**
   * The name stands for all channels of the broker that begin with it, or that it matches as a whole (a
   * regular expression): ACLs, `topics.regex`. The model puts each of them in its place.
   */
  readonly match?: 'prefix' | 'regex';
  /** With `match`: a regular expression; channels that it matches as a whole are left out. */
  readonly except?: string;
  /**
   * Set where the file names the channel by what another file of its folder declares it as, and not by its
   * address (Terraform's `kafka_topic.orders`); the model puts the address in its place (`handles.ts`).
   */
  readonly handle?: string;
}

export interface ChannelFact extends FactBase {
  readonly kind: 'channel';
  readonly address: Sourced<string>;
  /** How other files of the same folder refer to it; see `ChannelRef.handle`. */
  readonly handle?: string;
  readonly space?: ChannelSpace;
  readonly protocol?: Protocol;
  /** The broker's name, where the file gives one; its range is where a rename must edit. */
  readonly broker?: Sourced<string>;
  /** True where no broker is guessed for it: it is of the one that it names, or of none that the files know. */
  readonly onlyNamed?: true;
  /** `OrderPlaced@2`, a bare name, or a message's name in an AsyncAPI file. */
  readonly schema?: Sourced<string>;
  readonly settings: ChannelSettings;
  /** True for a patch over the declaration in another file (Kustomize): its settings win. */
  readonly overrides?: true;
  readonly description?: string;
  /** Set where the name is an example of a pattern only (`orders/{id}`): the pattern as written. */
  readonly pattern?: string;
}

/**
 * `match` is made by the model, not by a reader: an MQTT or NATS filter, or a JetStream stream's
 * subjects, take in what is published to a topic or subject that they match. `bridge` passes messages on
 * to another MQTT broker, `import` brings subjects of another NATS account in, `mapping` renames subjects.
 */
export type RouteKind =
  | 'binding' | 'dead-letter' | 'alternate' | 'shovel' | 'mirror' | 'stream-source' | 'retry' | 'match'
  | 'bridge' | 'import' | 'mapping';

/** Channel -> channel: the broker (or a tool beside it) moves messages on. */
export interface RouteFact extends FactBase {
  readonly kind: 'route';
  readonly route: RouteKind;
  readonly from: ChannelRef;
  /** Where `from` is a prefix or a regular expression, `$&` in this name stands for the name that matched. */
  readonly to: ChannelRef;
  /** Binding key or dead-letter routing key. */
  readonly key?: Sourced<string>;
  /** The QoS of an MQTT bridge: of its subscription, and the most at which it publishes. */
  readonly qos?: Sourced<number>;
  /** Header-exchange or other arguments, as text, for hover. */
  readonly arguments?: string;
  /** The policy, shovel or consumer that makes the route, for messages. */
  readonly by?: string;
}

export interface ServiceFact extends FactBase {
  readonly kind: 'service';
  readonly name: Sourced<string>;
  /** `kafka-java@3.9`, `kafkajs`, …: decides client defaults. */
  readonly client?: Sourced<string>;
  readonly owner?: Sourced<string>;
  /** How many copies of it run at a time. */
  readonly instances?: Sourced<number>;
  /** The database that it writes besides its messages. */
  readonly database?: Sourced<string>;
  /** How it is tested that it survives failures: a path relative to the file, or words. */
  readonly failureTests?: Sourced<string>;
  /**
   * The folder of its program, where the file says it (a compose file's build context): configuration
   * below that folder, which names no service, is this one's. Absolute, without a slash at the end.
   */
  readonly folder?: string;
  /**
   * The last part of its image's name (`notifications-engine`), where the file says it: a program whose folder
   * has that name, or its last words, and which no file names is this one.
   */
  readonly module?: string;
  /** Names of the variables that the file sets for it (a compose file's `environment`). */
  readonly variables?: readonly string[];
  /** Names of the variables that its own configuration asks for (`${KAFKA_BROKERS}`). */
  readonly placeholders?: readonly string[];
  readonly description?: string;
}

/**
 * How a program's own configuration calls a channel (`mp.messaging.incoming.<name>`). What belongs to one name
 * may stand in several files: the program's, and those of the libraries on its class path.
 */
export interface Binding {
  readonly name: string;
  /** True where this file says neither what moves the messages nor the address, which is the name by default. */
  readonly isBare?: true;
}

export interface PublishFact extends FactBase {
  readonly kind: 'publish';
  readonly service: Sourced<string>;
  /** Absent in files that give a client's settings but no topic: they hold for all of the service's publishes. */
  readonly channel?: ChannelRef;
  readonly protocol?: Protocol;
  readonly settings: PublishSettings;
  /** The client of this publish alone, where it differs from its service's. */
  readonly client?: Sourced<string>;
  readonly schema?: Sourced<string>;
  readonly binding?: Binding;
}

export interface ConsumeFact extends FactBase {
  readonly kind: 'consume';
  readonly service: Sourced<string>;
  readonly channel?: ChannelRef;
  readonly protocol?: Protocol;
  readonly settings: ConsumeSettings;
  readonly client?: Sourced<string>;
  readonly schema?: Sourced<string>;
  readonly binding?: Binding;
}

/**
 * How a fix adds a setting to a declaration: the text `before + key + separator + value + after`
 * goes in at `at`: an empty range, or one that is replaced whole (`{}`), so that two fixes at one place
 * are seen to be in each other's way. The keys are those of the dialect, see `dialectKeys`.
 */
export interface InsertPlace {
  readonly at: SourceRange;
  readonly before: string;
  readonly separator: string;
  readonly after: string;
  /** Set in JSON, where keys and words stand in double quotes. */
  readonly quoted?: true;
}

export type ContractFormat = 'protobuf' | 'avro' | 'json-schema';

/** A place in another file: `contracts/order.proto#shop.v1.OrderPlaced`. */
export interface ContractRef {
  /** Absolute path after resolution against the file that says it. */
  readonly path: string;
  /** What is written after `#`: a message's full name or a JSON pointer; empty for the whole file. */
  readonly fragment: string;
}

/** A contract as a flow file or an AsyncAPI message names it. */
export interface SchemaFact extends FactBase {
  readonly kind: 'schema';
  readonly name: Sourced<string>;
  readonly format?: Sourced<string>;
  readonly compatibility?: Sourced<string>;
  readonly versions: readonly { readonly version: Sourced<string>; readonly target?: Sourced<ContractRef> }[];
  readonly source?: Sourced<ContractRef>;
  /** True where the schema itself is written in this declaration (AsyncAPI payloads). */
  readonly inline?: boolean;
  readonly description?: string;
}

/** A message, record or document schema that a contract file defines. */
export interface ContractFact extends FactBase {
  readonly kind: 'contract';
  readonly format: ContractFormat;
  /** The full name (`shop.v1.OrderPlaced`), a JSON Schema's `$id` or title, or the file's base name. */
  readonly name: Sourced<string>;
  /** What counts as its version, where one is found: a package suffix, `$id` segment, folder. */
  readonly version?: Sourced<string>;
  /** Where a version would be written (package, namespace or `$id`), or the name if there is no such place. */
  readonly versionPlace: SourceRange;
  /** True for types only used inside others (nested, imported helpers): no channel carries them. */
  readonly nested?: boolean;
}

/** A secret or a user as a file states it. The secret's text itself is never kept. */
export interface CredentialFact extends FactBase {
  readonly kind: 'credential';
  /** What it opens: a broker's name or URL without user info. */
  readonly of: string;
  readonly user?: Sourced<string>;
  /** The place of a secret that is written out (not a placeholder, not empty, not a hash). */
  readonly secret?: SourceRange;
  /** True if user and secret are a broker's well-known defaults (`guest`/`guest`). */
  readonly isDefault?: boolean;
  /** The key's name, for messages: `sasl.jaas.config`, `password`, `user info of url`. */
  readonly where: string;
  readonly protocol?: Protocol;
}

/** What a RabbitMQ user may do in a vhost: regular expressions over names of exchanges and queues. */
export interface PermissionFact extends FactBase {
  readonly kind: 'permission';
  readonly user: Sourced<string>;
  readonly vhost: Sourced<string>;
  /** May declare and delete what matches. Absent in permissions of topics. */
  readonly configure?: Sourced<string>;
  /** May publish to exchanges that match, and bind; in permissions of topics: with routing keys that match. */
  readonly write?: Sourced<string>;
  readonly read?: Sourced<string>;
  /** The topic exchange whose routing keys it is about; absent for names. */
  readonly exchange?: Sourced<string>;
}
