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

  /** Adds a broker unless the file has named it already. */
  broker(fact: BrokerFact): void {
    const known = this.facts.some((f) => f.kind === 'broker' && f.name.value === fact.name.value
      && f.protocol?.value === fact.protocol?.value && f.vhost?.value === fact.vhost?.value);
    if (!known) this.facts.push(fact);
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
