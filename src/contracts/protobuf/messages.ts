import { ElementParser } from './elements';
import { added, none, options, ranges, statementEnd } from './parts';
import { close, comma, equals, greater, isWord, less, open, semicolon } from './scan';
import type { Draft, Named, ProtoExtend, ProtoField, ProtoLabel, ProtoMessage } from './tree';

/** Messages deeper than anybody writes are passed over. */
const maxDepth = 64;

/** Reads messages and what stands in them. */
export class MessageParser extends ElementParser {
  protected pkg = '';

  protected message(start: number, scope: string, depth: number): ProtoMessage | undefined {
    const { s } = this;
    const nameAt = s.at;
    const name = this.nameOf('message');
    return name === '' ? undefined : this.messageBody(start, name, nameAt, scope, depth);
  }

  private messageBody(start: number, name: string, nameAt: number, scope: string, depth: number): ProtoMessage {
    const { s } = this;
    const message: Draft<ProtoMessage> = {
      name, nameAt, start, end: 0, options: none, fullName: scope === '' ? name : `${scope}.${name}`, nested: depth > 0,
      fields: none, oneofs: none, messages: none, enums: none, extends: none, extensions: none, reserved: none, reservedNames: none,
    };
    if (depth < maxDepth) this.block(`message ${name}`, () => this.member(message, depth));
    else if (s.c === open) s.block();
    message.end = s.before;
    return message;
  }

  private member(message: Draft<ProtoMessage>, depth: number): void {
    const { s } = this;
    const start = s.at;
    // Only words with these first letters can be keywords here; all others are types of fields.
    switch (s.c) {
      case 109: // m
        if (s.takeWord('message')) {
          const inner = this.message(start, message.fullName, depth + 1);
          if (inner !== undefined) message.messages = added(message.messages, inner);
          return;
        }
        break;
      case 101: // e
        if (s.takeWord('enum')) {
          const inner = this.enum(start, message.fullName);
          if (inner !== undefined) message.enums = added(message.enums, inner);
          return;
        }
        if (s.takeWord('extensions')) {
          for (const range of ranges(s, 'extensions').numbers) message.extensions = added(message.extensions, range);
          return;
        }
        if (s.takeWord('extend')) {
          const extend = this.extend(message.fullName, message, depth);
          if (extend !== undefined) message.extends = added(message.extends, extend);
          return;
        }
        if (this.visibility(start, 'export')) return;
        break;
      case 108: // l
        if (this.visibility(start, 'local')) return;
        break;
      case 111: // o
        if (s.takeWord('oneof')) {
          this.oneof(start, message, depth);
          return;
        }
        if (s.takeWord('option')) {
          const found = this.option();
          if (found !== undefined) message.options = added(message.options, found);
          return;
        }
        if (s.takeWord('optional')) {
          this.field(start, 'optional', '', message, message, depth);
          return;
        }
        break;
      case 114: // r
        if (s.takeWord('repeated')) {
          this.field(start, 'repeated', '', message, message, depth);
          return;
        }
        if (s.takeWord('reserved')) {
          const found = ranges(s, 'reserved');
          for (const range of found.numbers) message.reserved = added(message.reserved, range);
          for (const name of found.names) message.reservedNames = added(message.reservedNames, name);
          return;
        }
        if (s.takeWord('required')) {
          this.field(start, 'required', '', message, message, depth);
          return;
        }
        break;
    }
    this.field(start, '', '', message, message, depth);
  }

  /** `export` or `local` before what it is said of, which is read by itself. */
  private visibility(start: number, word: string): boolean {
    const { s } = this;
    if (!s.takeWord(word)) return false;
    if (s.is('message') || s.is('enum')) return true;
    s.moveTo(start);
    return false;
  }

  private oneof(start: number, message: Draft<ProtoMessage>, depth: number): void {
    const { s } = this;
    const nameAt = s.at;
    const name = this.nameOf('oneof');
    if (name === '') return;
    const oneof: Draft<Named> = { name, nameAt, start, end: 0, options: none };
    message.oneofs = added<Named>(message.oneofs, oneof);
    this.block(`oneof ${name}`, () => {
      if (s.takeWord('option')) {
        const found = this.option();
        if (found !== undefined) oneof.options = added(oneof.options, found);
      } else this.field(s.at, '', name, message, message, depth);
    });
    oneof.end = s.before;
  }

  /** A field behind its label; a group is a field and a message in one. */
  private field(
    start: number, label: ProtoLabel, oneof: string, into: { fields: readonly ProtoField[] }, message: Draft<ProtoMessage> | undefined, depth: number,
  ): void {
    const { s } = this;
    let typeAt = s.at;
    let type = s.path();
    let mapKey = '';
    if (type === '') {
      s.missing('The type of the field is missing');
      s.leave();
      return;
    }
    if (s.c === less && type === 'map') {
      s.moveTo(s.at + 1);
      mapKey = s.path();
      if (mapKey === '') s.missing('The type of the map’s keys is missing');
      if (!s.take(comma)) s.missing('A comma is missing between the types of the map’s keys and values');
      typeAt = s.at;
      type = s.path();
      if (type === '') s.missing('The type of the map’s values is missing');
      if (!s.take(greater)) s.missing('A > is missing behind the types of the map');
    }
    const nameAt = s.at;
    const name = s.name();
    if (name === '' || (s.c !== equals && s.hasNewLine(typeAt + type.length, nameAt))) {
      s.moveTo(typeAt + type.length);
      if (mapKey !== '') s.take(greater);
      s.missing(`The name of the field of type ${type} is missing`);
      if (!isWord(s.c)) s.leave();
      return;
    }
    const hasEquals = s.take(equals);
    const numberAt = s.at;
    const number = hasEquals ? s.integer() : Number.NaN;
    const isUnfinished = Number.isNaN(number);
    if (isUnfinished) s.missing(hasEquals ? `The number of the field ${name} is missing` : `= and a number are missing behind the field ${name}`);
    const set = options(s);
    const field: Draft<ProtoField> = {
      name, nameAt, start, end: 0, options: set, label, type, typeAt, mapKey, number, numberAt, oneof, isGroup: false,
    };
    if (type === 'group' && s.c === open) {
      const group = this.messageBody(start, name, nameAt, message?.fullName ?? this.pkg, depth + 1);
      if (message !== undefined) message.messages = added(message.messages, group);
      field.isGroup = true;
      field.type = name;
      field.typeAt = nameAt;
      field.name = name.toLowerCase();
    } else if (!isUnfinished) statementEnd(s, `the field ${name}`);
    else if (!s.take(semicolon) && !isWord(s.c) && s.c !== close) s.leave();
    field.end = s.before;
    into.fields = added(into.fields, field);
  }

  protected extend(scope: string, message: Draft<ProtoMessage> | undefined, depth: number): ProtoExtend | undefined {
    const { s } = this;
    const typeAt = s.at;
    const type = s.path();
    if (type === '') {
      s.missing('The message to extend is missing');
      return undefined;
    }
    const extend: Draft<ProtoExtend> = { type, typeAt, scope, fields: none };
    this.block(`extend ${type}`, () => {
      const start = s.at;
      const label = (['optional', 'repeated', 'required'] as const).find((word) => s.takeWord(word)) ?? '';
      this.field(start, label, '', extend, message, depth);
    });
    return extend;
  }
}
