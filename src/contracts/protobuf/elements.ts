import { added, none, option, ranges, statementEnd, options } from './parts';
import { close, dot, equals, isWord, open, semicolon, type Scanner } from './scan';
import type { Draft, ProtoEnum, ProtoEnumValue, ProtoOption } from './tree';

/** What files, messages and services are read with: names, blocks, options and enums. */
export class ElementParser {
  constructor(protected readonly s: Scanner) {}

  protected option(): ProtoOption | undefined {
    const { s } = this;
    const found = option(s);
    if (found === undefined) s.missing('The name of the option is missing');
    statementEnd(s, 'the option');
    return found;
  }

  /** The name behind a keyword; empty, with a problem, where a new line begins something else. */
  protected nameOf(kind: string): string {
    const { s } = this;
    const missing = !isWord(s.c) || (s.isOnNewLine() && (s.is('message') || s.is('enum') || s.is('service') || s.is('option')));
    if (!missing) return s.name();
    s.missing(`The name of the ${kind} is missing`);
    return '';
  }

  /** Reads statements up to the closing brace; false where there is no block. */
  protected block(of: string, member: () => void): void {
    const { s } = this;
    const brace = s.at;
    if (!s.take(open)) {
      s.missing(`A { is missing behind ${of}`);
      if (!isWord(s.c) && s.c !== close) s.leave();
      return;
    }
    for (;;) {
      if (isWord(s.c) || s.c === dot) member();
      else if (s.c === close) {
        s.moveTo(s.at + 1);
        return;
      } else if (s.c === semicolon) s.moveTo(s.at + 1);
      else if (s.at >= s.text.length) {
        // One that is not closed leaves those around it open as well: the innermost is told.
        if (!this.isOpen) s.report(`This { of ${of} is not closed`, brace, brace + 1);
        this.isOpen = true;
        return;
      } else this.unexpected();
    }
  }

  /** Whether the text ended in a block. */
  private isOpen = false;

  protected unexpected(): void {
    const { s } = this;
    const sign = String.fromCodePoint(s.text.codePointAt(s.at) ?? 32);
    s.report(sign === '}' ? 'This } closes nothing' : `A statement cannot begin with ${sign}`, s.at, s.at + sign.length);
    if (s.c === close) s.moveTo(s.at + 1);
    else s.leave();
  }

  protected enum(start: number, scope: string): ProtoEnum | undefined {
    const { s } = this;
    const nameAt = s.at;
    const name = this.nameOf('enum');
    if (name === '') return undefined;
    const found: Draft<ProtoEnum> = {
      name, nameAt, start, end: 0, options: none, fullName: scope === '' ? name : `${scope}.${name}`,
      values: none, reserved: none, reservedNames: none,
    };
    this.block(`enum ${name}`, () => {
      const at = s.at;
      const word = s.name();
      if (s.c === equals) this.value(word, at, found);
      else if (word === 'option') {
        const set = this.option();
        if (set !== undefined) found.options = added(found.options, set);
      } else if (word === 'reserved') {
        const said = ranges(s, 'reserved');
        for (const range of said.numbers) found.reserved = added(found.reserved, range);
        for (const name of said.names) found.reservedNames = added(found.reservedNames, name);
      } else {
        s.missing(`= and a number are missing behind ${word === '' ? 'the value' : word}`);
        if (word === '' || !isWord(s.c)) s.leave();
      }
    });
    found.end = s.before;
    return found;
  }

  private value(name: string, nameAt: number, into: Draft<ProtoEnum>): void {
    const { s } = this;
    s.moveTo(s.at + 1);
    const numberAt = s.at;
    const number = s.integer();
    if (Number.isNaN(number)) s.missing(`The number of ${name} is missing`);
    const set = options(s);
    if (!Number.isNaN(number)) statementEnd(s, name);
    else if (!s.take(semicolon) && !isWord(s.c) && s.c !== close) s.leave();
    into.values = added<ProtoEnumValue>(into.values, { name, nameAt, start: nameAt, end: s.before, options: set, number, numberAt });
  }
}
