import { homedir } from 'node:os';
import { join } from 'node:path';
import type { TapMessage } from '../brokers/driver';
import type { Decoder } from '../codecs/decoded';
import type { TailFilter, TailRequest, TailStatus } from '../protocol/tail';
import { UsageError } from './arguments';

/**
 * Prints until the limit, Ctrl-C, or the end of the tail. What the tap made is removed in each case.
 * @returns the exit code: 2 where a channel was refused or lost
 * @throws UsageError where the filter cannot be used
 */
export async function printTail(
  request: TailRequest,
  filter: TailFilter,
  format: 'jsonl' | 'csv',
  limit: number | undefined,
): Promise<number> {
  // Loaded only now: a mistyped channel should not wait for four client libraries.
  const { batchFilter, Csv, fileLedger, lineOf, openTail, tailLine } = await import('../live/main');
  const passing = await batchFilter(filter, [request, ...(request.more ?? [])]).catch((error: Error) => {
    throw new UsageError(error.message);
  });
  const csv = format === 'csv' ? new Csv() : undefined;
  const textOf = (message: TapMessage, decoder: Decoder | undefined): string =>
    csv ? csv.line(lineOf(message, decoder), message.headers, undefined) : `${tailLine(message, decoder)}\n`;
  if (csv) process.stdout.write(csv.header());
  let printed = 0;
  let waiting = false;
  const tell = teller(request);
  const opened = openTail(request, {
    status: tell,
    messages: (batch, decoder, source) => {
      const left = limit === undefined ? Infinity : limit - printed;
      if (left <= 0) return;
      const found = passing.pass(batch, source, decoder).slice(0, left);
      if (found.length === 0) return;
      printed += found.length;
      // A reader that is slower than the broker makes the tap wait, where the protocol can.
      const flows = process.stdout.write(found.map((message) => textOf(message, decoder)).join(''));
      if (printed === limit) return void opened.stop();
      if (flows || waiting) return;
      waiting = true;
      opened.pause();
      process.stdout.once('drain', () => {
        waiting = false;
        opened.resume();
      });
    },
  }, {
    ledger: fileLedger(join(process.env['XDG_STATE_HOME'] ?? join(homedir(), '.local', 'state'), 'tailrace', 'taps')),
    log: (level, text) => { if (level === 'error') process.stderr.write(`tailrace: ${text}\n`); },
  });
  const end = (): void => void opened.stop();
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
  const state = await opened.ended;
  await opened.stop();
  if (passing.failed > 0) process.stderr.write(`tailrace: the filter failed for ${passing.failed} messages, which were left out.\n`);
  const states = [state, ...(opened.status().sources ?? []).map((source) => source.state)];
  return states.some(({ is }) => is === 'refused' || is === 'lost') ? 2 : 0;
}

/** Says on standard error how the channels are, each time that this changes. */
function teller(request: TailRequest): (status: TailStatus) => void {
  const told = new Map<string, string>();
  const several = (request.more ?? []).length > 0;
  return ({ sources = [] }) => {
    sources.forEach(({ channel, state, plan }, n) => {
      const text = 'reason' in state ? `${state.is}: ${state.reason}` : state.is;
      const key = `${n}`;
      if (told.get(key) === text) return;
      told.set(key, text);
      process.stderr.write(`tailrace: ${several ? `${channel}: ` : ''}${text}\n`);
      if (plan?.verdict === 'ask' && !request.accepted && state.is === 'refused') {
        process.stderr.write(`tailrace: say --yes to tail all the same; it changes: ${plan.changes.join('; ')}\n`);
      }
    });
  };
}
