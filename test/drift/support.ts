import type { BrokerInventory, InventoryChannel } from '../../src/brokers/inventory';
import { compareBroker, type Comparison } from '../../src/drift/compare';
import { applyFixes, collectFixes } from '../../src/lint/fix';
import type { Problem } from '../../src/text/problem';
import { fixtureModel, type FixtureModel } from '../support/fixture';

/** An inventory of which only what a test is about is written. */
export function inventory(parts: Partial<BrokerInventory>): BrokerInventory {
  return { about: 'a broker', channels: [], bindings: [], policies: [], consumers: [], notes: [], ...parts };
}

export function topic(address: string, parts: Partial<InventoryChannel> = {}): InventoryChannel {
  return { address, kind: 'topic', settings: {}, explicit: [], partitions: 1, replicas: 1, ...parts };
}

export interface Compared extends Comparison {
  readonly fixture: FixtureModel;
}

/** Compares the only (or first) broker of a fixture with an inventory. */
export function compared(files: string, real: BrokerInventory, isCopy = false): Compared {
  const fixture = fixtureModel(files);
  const [broker] = fixture.model.brokers;
  if (broker === undefined) throw new Error('the fixture declares no broker');
  const comparison = compareBroker(fixture.model, broker, real, {
    isCopy,
    fileOf: (at) => {
      const file = fixture.files.find(({ id }) => id === at.file);
      return file && { ...file, dialect: fixture.model.files.get(file.id)?.dialect ?? '' };
    },
  });
  return { ...comparison, fixture };
}

/** `severity code place: message`, with the text at the place. */
export function lines({ problems, fixture }: Compared): string[] {
  return problems.map(({ severity, code, at, message }) =>
    `${severity} ${code} [${fixture.text(at.file).slice(at.start, at.end)}] ${message}`);
}

/** `code what: declared | real` of each difference. */
export function brief({ problems }: Comparison): string[] {
  return problems.map(({ severity, code, subject, what, declared, real }) =>
    `${severity} ${code} ${subject}, ${what}: ${declared ?? '-'} | ${real ?? '-'}`);
}

/** The only file of a fixture after the fixes; those that are not safe only where they are asked for. */
export function fixed({ problems, fixture }: Compared, options: { readonly unsafe?: boolean } = {}): string {
  const fixes = collectFixes(problems as readonly Problem[], options);
  const { texts } = applyFixes((file) => fixture.text(file), fixes);
  const [file] = fixture.files;
  return (file && texts.get(file.id)) ?? file?.text ?? '';
}
