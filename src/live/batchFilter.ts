import type { TapMessage } from '../brokers/driver';
import type { Decoder } from '../codecs/decoded';
import type { TailFilter, TailSource } from '../protocol/tail';
import { compileFilter, filteredSource } from './filter';
import { messageRow } from './filterRow';
import { Guard } from './guard';
import { verdictOf } from './judging';

/** A message may take so many milliseconds of a filter that has to be watched over, after so many for others before it. */
const MESSAGE_LIMIT = 1_000;
const SLICE = 100;

/** A filter for messages as they arrive, without a buffer. */
export interface BatchFilter {
  /** Those that it lets through, in their order. */
  pass(batch: readonly TapMessage[], source: number, decoder: Decoder | undefined): readonly TapMessage[];
  /** Messages for which it failed or took too long; they are left out. */
  readonly failed: number;
}

/** @throws Error with one sentence where the filter cannot be used */
export async function batchFilter(filter: TailFilter, sources: readonly TailSource[]): Promise<BatchFilter> {
  const { test, problem } = await compileFilter(filter, sources.map(filteredSource));
  if (problem !== undefined) throw new Error(problem);
  const guard = new Guard();
  let failed = 0;
  const passes = (message: TapMessage, source: number, decoder: Decoder | undefined): boolean => {
    const row = messageRow(message, source, filter.verdicts || filter.fault || filter.expression ? verdictOf(message, decoder) : 'none', decoder);
    if (test?.cheap?.(row) === false) return false;
    const answer = test?.costly?.(row) ?? 'yes';
    if (answer === 'failed') failed++;
    return answer === 'yes';
  };
  return {
    get failed() {
      return failed;
    },
    pass: (batch, source, decoder) => {
      if (!test) return batch;
      if (!test.costly) return batch.filter((message) => passes(message, source, decoder));
      const found: TapMessage[] = [];
      let at = 0;
      const slice = (): void => {
        for (const until = performance.now() + SLICE; at < batch.length && performance.now() < until; at++) {
          const message = batch[at]!;
          if (passes(message, source, decoder)) found.push(message);
        }
      };
      while (at < batch.length) {
        if (guard.run(slice, SLICE + MESSAGE_LIMIT)) continue;
        failed++;
        at++;
      }
      return found;
    },
  };
}
