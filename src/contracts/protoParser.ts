/** A word with its place in the text. */
export interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

export interface ProtoMessage {
  /** With package and outer messages: `shop.v1.Order.Line`. */
  readonly fullName: string;
  readonly name: Word;
  /** From the keyword `message` to behind its closing brace, or to the end of what is there. */
  readonly start: number;
  readonly end: number;
  /** True if it stands inside another message. */
  readonly nested: boolean;
}

export interface ProtoImport {
  /** Without quotes; the range is inside them too. */
  readonly path: Word;
}

export interface ProtoFile {
  readonly package?: Word;
  readonly imports: readonly ProtoImport[];
  readonly messages: readonly ProtoMessage[];
  /** Type names that fields use, as written: `Line`, `.shop.v1.Line`. */
  readonly fieldTypes: ReadonlySet<string>;
}

interface Open {
  readonly index: number;
  readonly prefix: string;
}

type Draft = { -readonly [K in keyof ProtoMessage]: ProtoMessage[K] };

/**
 * Finds what a `.proto` file defines, with positions, in one pass over its characters. It keeps no
 * tree: bodies are skipped except for messages inside messages and the types of fields. Half-typed
 * text gives what is there; nothing throws.
 */
export function parseProto(text: string): ProtoFile {
  const messages: Draft[] = [];
  const imports: ProtoImport[] = [];
  const fieldTypes = new Set<string>();
  let pkg: Word | undefined;
  /** Open braces: a message's, or undefined for any other block. */
  const stack: (Open | undefined)[] = [];
  let statement = true;
  let inMessages = 0;
  let at = 0;

  while (at < text.length) {
    if (!statement) {
      at = statementEnd(text, at);
      if (at >= text.length) break;
    }
    const c = text.charCodeAt(at);
    if (c <= 32) at++;
    else if (c === slash) at = skipComment(text, at);
    else if (c === quote || c === apostrophe) at = stringEnd(text, at);
    else if (c === open) {
      stack.push(undefined);
      statement = true;
      at++;
    } else if (c === close) {
      const top = stack.pop();
      at++;
      if (top !== undefined) {
        inMessages--;
        const message = messages[top.index];
        if (message !== undefined) message.end = at;
      }
      statement = true;
    } else if (c === semicolon) {
      statement = true;
      at++;
    } else if (isWord(c) || c === dot) at = startStatement(wordAt(text, at));
    else at++;
  }
  for (const top of stack) {
    const message = top && messages[top.index];
    if (message !== undefined) message.end = text.length;
  }
  return { package: pkg, imports, messages, fieldTypes };

  /** Handles the first word of a statement; returns where to go on. */
  function startStatement(word: Word): number {
    statement = false;
    const next = skipSpace(text, word.end);
    if (word.text === 'message') {
      const name = wordAt(text, next);
      if (name.text === '' || name.text.includes('.')) return word.end;
      const brace = skipSpace(text, name.end);
      const opens = text.charCodeAt(brace) === open;
      // `message = 3` or `message name = 1`: a field whose type or name is called so.
      if (!opens && text.charCodeAt(brace) === equals) return word.end;
      const outer = stack.findLast((s) => s !== undefined);
      const fullName = `${outer?.prefix ?? (pkg === undefined ? '' : `${pkg.text}.`)}${name.text}`;
      messages.push({ fullName, name, start: word.start, end: opens ? text.length : name.end, nested: outer !== undefined });
      if (!opens) {
        statement = true;
        return name.end;
      }
      stack.push({ index: messages.length - 1, prefix: `${fullName}.` });
      inMessages++;
      statement = true;
      return brace + 1;
    }
    if (stack.length === 0) {
      if (word.text === 'package' && pkg === undefined) {
        const name = wordAt(text, next);
        if (name.text !== '') pkg = name;
        statement = true;
        return name.end;
      }
      if (word.text === 'import') return readImport(next);
      return word.end;
    }
    if (inMessages === 0) return word.end;
    if (word.text === 'optional' || word.text === 'repeated' || word.text === 'required') {
      const type = wordAt(text, next);
      if (type.text !== '') fieldTypes.add(type.text);
      return type.end;
    }
    if (word.text === 'map') {
      // `map<key, Type>`: the key is always a scalar.
      const comma = skipSpace(text, wordEnd(text, skipSpace(text, next + 1)));
      if (text.charCodeAt(next) !== less || text.charCodeAt(comma) !== commaSign) return word.end;
      const type = wordAt(text, skipSpace(text, comma + 1));
      if (type.text !== '') fieldTypes.add(type.text);
      return type.end;
    }
    if (!reserved.has(word.text)) fieldTypes.add(word.text);
    return word.end;
  }

  function readImport(from: number): number {
    let begin = from;
    const modifier = wordAt(text, begin);
    if (modifier.text !== '') begin = skipSpace(text, modifier.end);
    const c = text.charCodeAt(begin);
    if (c !== quote && c !== apostrophe) return begin;
    const end = stringEnd(text, begin);
    const closed = end - 1 > begin && text.charCodeAt(end - 1) === c;
    const path = { text: text.slice(begin + 1, closed ? end - 1 : end), start: begin + 1, end: closed ? end - 1 : end };
    imports.push({ path });
    // Whether its semicolon is there or not, what follows is a statement.
    statement = true;
    return end;
  }
}

const slash = 47;
const quote = 34;
const apostrophe = 39;
const open = 123;
const close = 125;
const semicolon = 59;
const equals = 61;
const dot = 46;
const star = 42;
const newline = 10;
const letterM = 109;
const less = 60;
const commaSign = 44;

/** Words that start a statement in a message without being a field's type. */
const reserved = new Set(['oneof', 'enum', 'option', 'reserved', 'extensions', 'extend', 'group', 'rpc', 'returns']);

/** One look-up a character instead of eight comparisons. */
const wordSigns = new Uint8Array(128);
for (const c of 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_') wordSigns[c.charCodeAt(0)] = 1;
/** What the rest of a statement must be looked at closely for. Sticky and global state is set before each use. */
const stop = /[;{}"'/\n]/g;

function isWord(c: number): boolean {
  // Behind the end of the text `c` is NaN; looking that up would make the engine give up its fast path.
  return c < 128 && wordSigns[c] === 1;
}

/**
 * Passes over the rest of a statement: to its semicolon, a brace, a comment or a string, or to a line that
 * begins a message although the field above is not finished yet.
 */
function statementEnd(text: string, from: number): number {
  stop.lastIndex = from;
  // A regular expression, since its compiled search does not slow down for strings of several inner shapes.
  while (stop.test(text)) {
    const at = stop.lastIndex - 1;
    if (text.charCodeAt(at) !== newline) return at;
    const begin = blanksEnd(text, at + 1);
    if (text.charCodeAt(begin) === letterM && text.startsWith('message', begin) && opensMessage(text, begin)) return begin;
    stop.lastIndex = begin;
  }
  return text.length;
}

function blanksEnd(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) === 32 || text.charCodeAt(at) === 9) at++;
  return at;
}

function opensMessage(text: string, at: number): boolean {
  const name = skipSpace(text, wordEnd(text, at));
  const end = wordEnd(text, name);
  return end > name && text.charCodeAt(skipSpace(text, end)) === open;
}

function wordAt(text: string, start: number): Word {
  const end = wordEnd(text, start);
  return { text: text.slice(start, end), start, end };
}

function wordEnd(text: string, start: number): number {
  let end = start;
  for (let c = text.charCodeAt(end); isWord(c) || c === dot; c = text.charCodeAt(end)) end++;
  return end;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length) {
    const c = text.charCodeAt(at);
    if (c <= 32) at++;
    else if (c === slash && (text.charCodeAt(at + 1) === slash || text.charCodeAt(at + 1) === star)) at = skipComment(text, at);
    else break;
  }
  return at;
}

function skipComment(text: string, at: number): number {
  const next = text.charCodeAt(at + 1);
  if (next === slash) {
    const end = text.indexOf('\n', at);
    return end < 0 ? text.length : end;
  }
  if (next !== star) return at + 1;
  const end = text.indexOf('*/', at + 2);
  return end < 0 ? text.length : end + 2;
}

/** Behind the closing quote; a string that is not closed ends with its line. */
function stringEnd(text: string, start: number): number {
  const mark = text.charCodeAt(start);
  for (let at = start + 1; at < text.length; at++) {
    const c = text.charCodeAt(at);
    if (c === mark) return at + 1;
    if (c === newline) return at;
    if (c === 92) at++;
  }
  return text.length;
}
