import type { ConfLine, ConfWord } from '../../syntax/mosquittoConf';

/** `topic pattern [[[out | in | both] qos] local-prefix remote-prefix]` of a bridge. */
export interface BridgeTopic {
  /** Empty text where the prefixes are the whole topics. */
  readonly pattern: ConfWord;
  readonly direction: 'in' | 'out' | 'both';
  readonly qos: ConfWord | undefined;
  readonly local: ConfWord | undefined;
  readonly remote: ConfWord | undefined;
}

/** Undefined for a line that mosquitto refuses, as far as it would tell no topic. */
export function bridgeTopic(line: ConfLine): BridgeTopic | undefined {
  const [pattern, ...behind] = quoted(line);
  if (pattern === undefined) return undefined;
  // From the second word on a # begins a comment; the first is a pattern, which # is, too.
  const comment = behind.findIndex((w) => w.text.startsWith('#'));
  const [way, qos, local, remote] = comment < 0 ? behind : behind.slice(0, comment);
  const direction = way?.text.toLowerCase() ?? 'out';
  if (direction !== 'in' && direction !== 'out' && direction !== 'both') return undefined;
  if (qos !== undefined && !/^[0-2]$/.test(qos.text)) return undefined;
  const [here, there] = [filled(local), filled(remote)];
  if (pattern.text === '' && (here === undefined || there === undefined)) return undefined;
  return { pattern, direction, qos, local: here, remote: there };
}

/** `""` holds the place of a prefix that is not there. */
function filled(word: ConfWord | undefined): ConfWord | undefined {
  return word === undefined || word.text === '""' ? undefined : word;
}

/** The words with a pattern in quotes (since 2.1, for blanks) as one; `""` is the empty pattern. */
function quoted(line: ConfLine): readonly ConfWord[] {
  const first = line.words[0];
  const { rest } = line;
  if (first === undefined || rest === undefined || !first.text.startsWith('"')) return line.words;
  const close = rest.text.indexOf('"', 1);
  if (close < 0) return [];
  const pattern = { text: rest.text.slice(1, close), start: rest.start + 1, end: rest.start + close };
  return [pattern, ...line.words.filter((w) => w.start > rest.start + close)];
}
