/**
 * A matcher for regular expressions that takes time in proportion to pattern and name, whatever the
 * pattern: a policy in somebody's file must not be able to stop the editor. States are numbers into `ops`.
 */
type Op =
  | { readonly kind: 'char'; readonly test: (c: string) => boolean }
  | { readonly kind: 'split'; to: number; or: number }
  | { readonly kind: 'jump'; to: number }
  | { readonly kind: 'start' | 'end' | 'match' };

/** Counted repetitions are written out; more states than this are refused. */
const maxOps = 5_000;

/**
 * Compiles a pattern that JavaScript accepts; undefined for what needs more than a finite automaton
 * (look-around, back references, word boundaries) or is too large.
 */
export function compileNfa(source: string, ignoreCase: boolean): ((name: string) => boolean) | undefined {
  try {
    const ops = new Compiler(source, ignoreCase ? 'i' : '').compile();
    return (name) => run(ops, name);
  } catch (error) {
    if (error instanceof Unsupported) return undefined;
    throw error;
  }
}

class Unsupported extends Error {}

class Compiler {
  private at = 0;
  private readonly ops: Op[] = [];

  constructor(private readonly source: string, private readonly flags: string) {}

  compile(): readonly Op[] {
    this.alternation(0);
    if (this.at < this.source.length) throw new Unsupported();
    this.emit({ kind: 'match' });
    return this.ops;
  }

  private emit(op: Op): number {
    if (this.ops.length >= maxOps) throw new Unsupported();
    return this.ops.push(op) - 1;
  }

  private alternation(depth: number): void {
    if (depth > 50) throw new Unsupported();
    const ends: { to: number }[] = [];
    for (;;) {
      const begin = this.ops.length;
      this.sequence(depth);
      if (this.source[this.at] !== '|') break;
      this.at++;
      // The branch moves up by one to make room for the choice in front of it.
      this.shift(begin);
      const jump: Op = { kind: 'jump', to: 0 };
      this.emit(jump);
      ends.push(jump);
      this.ops[begin] = { kind: 'split', to: begin + 1, or: this.ops.length };
    }
    for (const end of ends) end.to = this.ops.length;
  }

  private sequence(depth: number): void {
    while (this.at < this.source.length && this.source[this.at] !== '|' && this.source[this.at] !== ')') {
      const begin = this.ops.length;
      const from = this.at;
      this.atom(depth);
      this.repeat(begin, from, depth);
    }
  }

  private atom(depth: number): void {
    const c = this.source[this.at] ?? '';
    if (c === '^' || c === '$') {
      this.at++;
      this.emit({ kind: c === '^' ? 'start' : 'end' });
    } else if (c === '(') {
      const head = /^\((?:\?:|\?<[A-Za-z_]\w*>|(?!\?))/.exec(this.source.slice(this.at));
      if (head === null) throw new Unsupported();
      this.at += head[0].length;
      this.alternation(depth + 1);
      if (this.source[this.at] !== ')') throw new Unsupported();
      this.at++;
    } else {
      const one = /^(?:\[(?:\\.|[^\]\\])*\]|\\[dDwWsStnrfv]|\\[^A-Za-z0-9]|\.|[^\\[])/s.exec(this.source.slice(this.at));
      if (one === null) throw new Unsupported();
      this.at += one[0].length;
      const regex = new RegExp(`^${/^[{}\]]$/.test(one[0]) ? `\\${one[0]}` : one[0]}$`, this.flags);
      this.emit({ kind: 'char', test: (s) => regex.test(s) });
    }
  }

  private repeat(begin: number, from: number, depth: number): void {
    const match = /^(?:([*+?])|\{(\d+)(,(\d*))?\})([?+]?)/.exec(this.source.slice(this.at));
    if (match === null) return;
    // A possessive `+` changes what matches; a lazy `?` only how far.
    if (match[5] === '+') throw new Unsupported();
    const atomEnd = this.at;
    const next = this.at + match[0].length;
    const sign = match[1];
    const min = sign === undefined ? Number(match[2]) : sign === '+' ? 1 : 0;
    const open = sign === undefined ? match[3] !== undefined && match[4] === '' : sign !== '?';
    const max = sign !== undefined ? 1 : match[4] === undefined || match[4] === '' ? min : Number(match[4]);
    this.ops.length = begin;
    const again = (): void => {
      this.at = from;
      this.atom(depth);
      if (this.at !== atomEnd) throw new Unsupported();
    };
    for (let i = 0; i < min; i++) again();
    if (open) {
      const split = this.emit({ kind: 'split', to: 0, or: 0 });
      again();
      this.emit({ kind: 'jump', to: split });
      this.ops[split] = { kind: 'split', to: split + 1, or: this.ops.length };
    } else {
      for (let i = min; i < max; i++) {
        const split = this.emit({ kind: 'split', to: 0, or: 0 });
        again();
        this.ops[split] = { kind: 'split', to: split + 1, or: this.ops.length };
      }
    }
    this.at = next;
  }

  /** Moves the operations from `begin` on up by one, with what they refer to. */
  private shift(begin: number): void {
    this.emit({ kind: 'match' });
    for (let i = this.ops.length - 1; i > begin; i--) {
      const op = this.ops[i - 1]!;
      if ((op.kind === 'split' || op.kind === 'jump') && op.to >= begin) op.to++;
      if (op.kind === 'split' && op.or >= begin) op.or++;
      this.ops[i] = op;
    }
  }
}

/** Follows all ways through the pattern at once; a search, so that a match may begin anywhere. */
function run(ops: readonly Op[], name: string): boolean {
  let states: number[] = [];
  const anchored = ops[0]?.kind === 'start';
  // The position at which a state was reached last, plus one.
  const seen = new Uint16Array(ops.length);
  for (let at = 0; at <= name.length; at++) {
    if (anchored && at > 0 && states.length === 0) return false;
    const reached: number[] = [];
    const todo = anchored && at > 0 ? states : [...states, 0];
    while (todo.length > 0) {
      const state = todo.pop()!;
      if (seen[state] === at + 1) continue;
      seen[state] = at + 1;
      const op = ops[state]!;
      if (op.kind === 'match') return true;
      if (op.kind === 'split') todo.push(op.to, op.or);
      else if (op.kind === 'jump') todo.push(op.to);
      else if (op.kind === 'char') reached.push(state);
      else if (op.kind === 'start' ? at === 0 : at === name.length) todo.push(state + 1);
    }
    const c = name[at];
    states = [];
    for (const state of c === undefined ? [] : reached) {
      const op = ops[state]!;
      if (op.kind === 'char' && op.test(c!)) states.push(state + 1);
    }
  }
  return false;
}
