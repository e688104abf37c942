import type { Problem } from '../../text/problem';
import type { SourceFile } from '../../text/sourceFile';
import type { SourceRange, Sourced } from '../../text/range';
import type { BrokerFact, Fact } from '../../model/facts';
import type { Protocol } from '../../model/settings';
import { allowedValues, type OnWrong } from '../shared/kafkaClient';
import type { Leaf } from './settings';

/** What one file's reading collects. */
export class Context {
  readonly facts: Fact[] = [];
  readonly problems: Problem[] = [];
  private readonly skippedAt = new Map<number, SourceRange>();

  constructor(
    readonly file: SourceFile,
    readonly dialect: string,
    /** The program that is configured. */
    readonly service: Sourced<string>,
    /** All of what is in force. */
    readonly extent: SourceRange,
  ) {}

  get skipped(): readonly SourceRange[] {
    return [...this.skippedAt.values()].sort((a, b) => a.start - b.start);
  }

  skip(places: readonly SourceRange[]): void {
    for (const at of places) if (at.file === this.file.id) this.skippedAt.set(at.start, at);
  }

  /**
   * Adds a broker unless the file has named it already; its name. Virtual hosts of one RabbitMQ are brokers of
   * their own, and the second is told apart by its name.
   */
  broker(fact: BrokerFact): string {
    const alike = this.facts.filter((f): f is BrokerFact => f.kind === 'broker'
      && f.protocol?.value === fact.protocol?.value && f.name.value.startsWith(fact.name.value));
    const known = alike.find((f) => f.vhost?.value === fact.vhost?.value
      && (fact.vhost !== undefined || f.name.value === fact.name.value));
    if (known !== undefined) return known.name.value;
    const isTaken = alike.some((f) => f.name.value === fact.name.value);
    const vhost = (fact.vhost?.value ?? '').replace(/^\/?/, '/');
    const value = isTaken ? `${fact.name.value}${vhost}` : fact.name.value;
    this.facts.push({ ...fact, name: { value, at: fact.name.at } });
    return value;
  }

  /** A broker's name where it stands, for what names it: an edit of the name must go there. */
  brokerName(name: string | undefined, protocol: Protocol): Sourced<string> | undefined {
    const fact = this.facts.find((f) =>
      f.kind === 'broker' && f.name.value === name && f.protocol?.value === protocol);
    return fact?.kind === 'broker' ? fact.name : undefined;
  }

  /** Tells of a value that Kafka's clients refuse. */
  readonly wrong: OnWrong = ({ key, value, at }) => {
    // Of a value in a sibling file that file's own reading tells.
    if (at.file !== this.file.id) return;
    if (this.problems.some((p) => p.at.start === at.start && p.at.end === at.end)) return;
    this.problems.push({
      code: 'kafka/wrong-value', severity: 'warning', at,
      message: `"${value}" is no value of ${key}. Write ${allowedValues(key)}; the program refuses to start with `
        + 'anything else.',
    });
  };
}

/** From the first of these settings to the end of the last that stands behind it. */
export function extentOf(leaves: readonly Leaf[], otherwise: SourceRange): SourceRange {
  const first = leaves[0];
  if (first === undefined) return otherwise;
  let { start, end } = first.extent;
  for (const leaf of leaves) {
    if (leaf.extent.file !== first.extent.file) continue;
    start = Math.min(start, leaf.extent.start);
    end = Math.max(end, leaf.extent.end);
  }
  return { ...first.extent, start, end };
}
