import { hazardsOf } from './observed';
import { runsOf, type OpenGroup, type Row } from './row';

/** What a row's runs came to. */
export interface Outcome {
  readonly runs: number;
  readonly seconds: number;
  /** In how many runs the hazard was seen. */
  readonly seen: number;
  /** The numbers of messages that it befell in the last run that showed it. */
  readonly befell: readonly number[];
  readonly messages: number;
}

/** Runs a row as often as it wants to be run. */
export async function runRow(row: Row, on: OpenGroup): Promise<Outcome> {
  const began = Date.now();
  const runs = runsOf(row);
  let seen = 0;
  let messages = 0;
  let befell: readonly number[] = [];
  for (let run = 0; run < runs; run++) {
    const observed = await on.run(row);
    const numbers = hazardsOf(observed)[row.hazard];
    messages = observed.sent.length;
    if (numbers.length === 0) continue;
    seen++;
    befell = numbers;
  }
  return { runs, seconds: (Date.now() - began) / 1000, seen, befell, messages };
}

/** A prediction holds when every run shows the hazard, or none. */
export function agrees(predicted: boolean, { runs, seen }: Outcome): boolean {
  return seen === (predicted ? runs : 0);
}

/** `lost 3 of 10: 4, 5, 6` */
export function observedWords(row: Row, { seen, befell, messages }: Outcome): string {
  if (seen === 0) return 'no';
  const words = { loss: 'lost', duplication: 'twice', reordering: 'out of order', blocking: 'held' } as const;
  return `yes: ${words[row.hazard]} ${befell.length} of ${messages}`;
}
