import type { FileId, SourceRange } from '../text/range';
import type { FileFacts } from './build';
import { added, fits, idOf, kindOf, mergeSettings, type ChannelDraft } from './channelDraft';
import { sharedAddresses, wireAddress } from './channelNames';
import type { ChannelFact, ChannelRef, ChannelSpace } from './facts';
import type { BrokerTable } from './joinBrokers';
import { isPattern, patternsOverlap } from './match';
import type { Broker } from './model';
import type { Protocol } from './settings';

export interface Resolved {
  readonly channel: ChannelDraft;
  /** False if no file declares the name and no declared pattern takes it in. */
  readonly known: boolean;
}

/** What decides among several channels that a name may mean. */
interface Preference {
  readonly space?: ChannelSpace;
  readonly broker?: Broker;
  /** One that it is not: the other end of a way between two brokers. */
  readonly other?: ChannelDraft;
}

/** All channels by address, with the rules by which a name in a file finds its channel. */
export class ChannelTable {
  private readonly byAddress = new Map<string, ChannelDraft[]>();
  private patterns: ChannelDraft[] | undefined;
  private readonly addresses = new Map<Protocol | undefined, readonly string[]>();
  readonly all: ChannelDraft[] = [];
  private readonly flowFiles = new Set<FileId>();
  private readonly aliases = new Map<string, { address: string; protocol: Protocol | undefined }>();

  constructor(private readonly brokers: BrokerTable) {}

  /** Takes in all declarations: first those whose broker is known, then the others. */
  declare(files: readonly FileFacts[]): void {
    const known: { fact: ChannelFact; broker: Broker }[] = [];
    const open: { fact: ChannelFact; file: FileId }[] = [];
    for (const file of files) {
      if (file.dialect === 'flow') this.flowFiles.add(file.id);
      for (const fact of file.facts) {
        if (fact.kind !== 'channel') continue;
        const broker = this.brokerOf(fact, file.id);
        for (const { value } of fact.aliases ?? []) {
          this.aliases.set(value, { address: fact.address.value, protocol: fact.protocol });
        }
        if (broker === undefined || this.brokers.isStandIn(broker)) open.push({ fact, file: file.id });
        else known.push({ fact, broker });
      }
    }
    const isShared = sharedAddresses(known);
    for (const { fact, broker } of known) {
      this.declareAt(fact, broker, this.addressOf(wireAddress(fact, broker, isShared), fact.protocol));
    }
    for (const { fact, file } of open) this.declareOpen(fact, file);
    this.patterns = undefined;
  }

  /** The address that a flow file gives to what other files call by another name. */
  private addressOf(name: string, protocol: Protocol | undefined): string {
    const alias = this.aliases.get(name);
    if (alias === undefined) return name;
    return protocol === undefined || alias.protocol === undefined || alias.protocol === protocol ? alias.address : name;
  }

  /** A flow file may speak of everything; others of what lies in their own system. */
  private reaches(file: FileId, channel: ChannelDraft): boolean {
    return channel.broker === undefined || this.isFlow(file) || this.brokers.reaches(file, channel.broker);
  }

  private isFlow(file: FileId): boolean {
    return this.flowFiles.has(file);
  }

  private brokerOf(fact: ChannelFact, file: FileId): Broker | undefined {
    if (fact.broker !== undefined) return this.brokers.named(file, fact.broker.value);
    return fact.onlyNamed ? undefined : this.brokers.only(file, fact.protocol);
  }

  /**
   * A declaration without a broker is of the broker whose system its file lies in; else it joins the only
   * channel of its name. A flow file's author would have written the broker.
   */
  private declareOpen(fact: ChannelFact, file: FileId): void {
    const own = this.brokerOf(fact, file);
    const address = this.addressOf(fact.address.value, fact.protocol);
    const near = fact.dialect === 'flow' || fact.onlyNamed ? undefined : this.brokers.near(file, fact.protocol ?? own?.protocol);
    const guess = near && near.broker !== own ? near : undefined;
    const there = this.find(address, guess?.broker, fact.protocol ?? own?.protocol, fact.space)
      ?? (guess?.isLocal ? undefined : this.find(address, undefined, fact.protocol ?? own?.protocol, fact.space, file));
    this.declareAt(fact, there?.broker ?? own ?? guess?.broker, address, there, own ? undefined : guess?.why);
  }

  private declareAt(
    fact: ChannelFact, broker: Broker | undefined, address: string, there?: ChannelDraft, guess?: string,
  ): void {
    const protocol = fact.protocol ?? broker?.protocol;
    const draft =
      there ??
      this.find(address, broker, protocol, fact.space) ??
      this.create(address, broker, protocol, fact.space, fact.address.at, guess);
    if (draft.declarations.length === 0) draft.at = fact.address.at;
    draft.declarations = added(draft.declarations, fact);
    draft.space ??= fact.space;
    draft.protocol ??= protocol;
    draft.settings = fact.overrides === true
      ? mergeSettings(fact.settings, draft.settings) : mergeSettings(draft.settings, fact.settings);
    draft.kind = kindOf(draft);
  }

  /** A channel that a declaration with this broker (or none) means, if it is there already. */
  private find(
    address: string, broker: Broker | undefined, protocol: Protocol | undefined, space: ChannelSpace | undefined,
    file?: FileId,
  ): ChannelDraft | undefined {
    const fitting = (this.byAddress.get(address) ?? []).filter((c) =>
      fits(c, protocol, space) && (file === undefined || this.reaches(file, c)));
    if (broker !== undefined) return fitting.find((c) => c.broker === broker);
    // A declaration without a broker joins the only channel of that name, and none if there are several.
    return fitting.length === 1 ? fitting[0] : fitting.find((c) => c.broker === undefined);
  }

  private create(
    address: string, broker: Broker | undefined, protocol: Protocol | undefined, space: ChannelSpace | undefined,
    at: SourceRange, brokerGuess?: string,
  ): ChannelDraft {
    const draft: ChannelDraft = {
      serial: this.all.length, id: address, address, kind: 'channel', space, protocol, broker,
      brokerGuess: broker && brokerGuess, settings: {}, declarations: [],
      schema: undefined, publishes: [], consumes: [], routesOut: [], routesIn: [], isDeadLetter: false, at,
    };
    draft.kind = kindOf(draft);
    this.all.push(draft);
    const same = this.byAddress.get(address);
    if (same) same.push(draft);
    else this.byAddress.set(address, [draft]);
    return draft;
  }

  /**
   * Finds what a reference means, or makes a channel that is only mentioned. A name is looked up as
   * an address, then as `broker/address`; of several, one in the same file or on the same broker wins.
   */
  resolve(ref: ChannelRef, file: FileId, prefer: Preference = {}): Resolved {
    const name = this.addressOf(ref.name.value, ref.protocol);
    const named = ref.broker === undefined ? undefined : this.brokers.named(file, ref.broker);
    const own = named ?? (ref.onlyNamed ? undefined : this.brokers.only(file, ref.protocol));
    // What a client calls its broker on its own machine tells no clusters apart.
    const told = own && !this.brokers.isStandIn(own) ? own : undefined;
    const near = told === undefined && !ref.onlyNamed && !this.isFlow(file) ? this.brokers.near(file, ref.protocol) : undefined;
    const wanted = this.isFlow(file) ? named : (told ?? (near?.isLocal ? near.broker : undefined));
    const found =
      this.pick(name, ref, wanted, file, { ...prefer, broker: prefer.broker ?? near?.broker }) ??
      this.pickQualified(ref, file, prefer);
    if (found) {
      const isKnown = found.declarations.length > 0 || !ref.mustExist
        || this.takenIn(name, ref.protocol ?? found.protocol, found.broker);
      return { channel: found, known: isKnown };
    }
    const broker = named ?? prefer.broker ?? told ?? (own === undefined ? near?.broker : own);
    const protocol = ref.protocol ?? broker?.protocol;
    const known = !ref.mustExist || this.takenIn(name, protocol, broker);
    const guess = broker !== undefined && broker === near?.broker ? near.why : undefined;
    const channel = this.create(name, broker, protocol, ref.space, ref.name.at, guess);
    return { channel, known };
  }

  private pick(
    address: string, ref: ChannelRef, broker: Broker | undefined, file: FileId,
    prefer: Preference,
  ): ChannelDraft | undefined {
    const named = this.byAddress.get(address);
    if (named === undefined) return undefined;
    const fitting = named.filter(
      (c) => c !== prefer.other && fits(c, ref.protocol, ref.space)
        && (c.broker === undefined || (broker === undefined ? this.reaches(file, c) : c.broker === broker)),
    );
    if (fitting.length <= 1) return fitting[0];
    return best(fitting, [
      (c) => prefer.broker !== undefined && c.broker === prefer.broker,
      (c) => c.declarations.some((d) => d.address.at.file === file),
      (c) => prefer.space !== undefined && c.space === prefer.space,
      (c) => c.declarations.length > 0,
    ]);
  }

  private pickQualified(
    ref: ChannelRef, file: FileId, prefer: Preference,
  ): ChannelDraft | undefined {
    const slash = ref.name.value.indexOf('/');
    if (slash <= 0) return undefined;
    const broker = this.brokers.named(file, ref.name.value.slice(0, slash));
    if (broker === undefined) return undefined;
    const address = ref.name.value.slice(slash + 1);
    const found = this.pick(address, ref, broker, file, { ...prefer, broker });
    return found?.broker === broker ? found : undefined;
  }

  /** The addresses that a reference by pattern stands for, sorted: those on its broker, as far as that is known. */
  matching(ref: ChannelRef, file: FileId, matches: (address: string) => boolean): readonly string[] {
    const named = ref.broker === undefined ? undefined : this.brokers.named(file, ref.broker);
    // A mirror says whose topics it copies: one that lies nobody knows where is not for it to claim.
    if (named !== undefined) {
      return [...new Set(this.all.filter((c) =>
        c.broker === named && fits(c, ref.protocol, ref.space) && matches(c.address)).map((c) => c.address))].sort();
    }
    const broker = this.brokers.only(file, ref.protocol) ?? this.brokers.near(file, ref.protocol)?.broker;
    const wanted = broker && !this.brokers.isStandIn(broker) ? broker : undefined;
    const found = this.all.filter((c) =>
      fits(c, ref.protocol, ref.space)
      && (c.broker === undefined || (wanted === undefined ? this.reaches(file, c) : c.broker === wanted))
      && matches(c.address));
    return [...new Set(found.map((c) => c.address))].sort();
  }

  /** True if a declared pattern takes in the name, or the name is a pattern that takes in a declared channel. */
  private takenIn(name: string, protocol: Protocol | undefined, broker: Broker | undefined): boolean {
    this.patterns ??= this.all.filter((c) => c.declarations.length > 0 && (c.protocol === 'mqtt' || c.protocol === 'nats'));
    return this.patterns.some(
      (c) =>
        (broker === undefined || c.broker === undefined || c.broker === broker) &&
        (protocol === undefined || protocol === c.protocol) &&
        (isPattern(c.protocol, c.address) || isPattern(c.protocol, name) || c.settings.stream?.subjects !== undefined) &&
        [c.address, ...(c.settings.stream?.subjects ?? []).map((s) => s.value)].some((p) => patternsOverlap(c.protocol, p, name)),
    );
  }

  /** Gives ids and sorts; call once all declarations and references are in. */
  finish(): ChannelDraft[] {
    for (const same of this.byAddress.values()) {
      for (const draft of same) draft.id = idOf(draft, same);
    }
    return this.all.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  }

  /** The addresses that files declare, for did-you-mean; `protocol` narrows. Call once all are declared. */
  declaredAddresses(protocol?: Protocol): readonly string[] {
    let found = this.addresses.get(protocol);
    if (found === undefined) {
      found = this.all
        .filter((c) => c.declarations.length > 0 && (protocol === undefined || c.protocol === protocol))
        .map((c) => c.address);
      this.addresses.set(protocol, found);
    }
    return found;
  }
}

/** The candidate for which the earliest test decides; without any candidate undefined. */
function best<T>(candidates: readonly T[], tests: readonly ((c: T) => boolean)[]): T | undefined {
  let left = candidates;
  for (const test of tests) {
    if (left.length <= 1) break;
    const passing = left.filter(test);
    if (passing.length > 0) left = passing;
  }
  return left[0];
}
