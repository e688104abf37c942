import {
  apostrophe, close, commaSign, dot, equals, isWord, less, open, quote, semicolon, skipComment, skipSpace,
  slash,
  statementEnd, stringEnd, wordAt, wordEnd, type Word,
} from './protoScan';

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
      const end = opens ? text.length : name.end;
      messages.push({ fullName, name, start: word.start, end, nested: outer !== undefined });
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
    const stop = closed ? end - 1 : end;
    imports.push({ path: { text: text.slice(begin + 1, stop), start: begin + 1, end: stop } });
    // Whether its semicolon is there or not, what follows is a statement.
    statement = true;
    return end;
  }
}

/** Words that start a statement in a message without being a field's type. */
const reserved = new Set([
  'oneof', 'enum', 'option', 'reserved', 'extensions', 'extend', 'group', 'rpc', 'returns',
]);
