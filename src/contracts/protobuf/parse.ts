import { MessageParser } from './messages';
import { added, none, statementEnd } from './parts';
import { closeParen, equals, isWord, open, openParen, Scanner, semicolon } from './scan';
import type { Draft, ProtoFile, ProtoImport, ProtoMethod, ProtoService } from './tree';

/**
 * Reads a `.proto` file of proto2, proto3 or an edition, in one pass over its characters, with places. Half-typed text
 * gives what is there and one problem for each place where something is missing; nothing throws.
 */
export function parseProto(text: string): ProtoFile {
  return new FileParser(new Scanner(text)).file();
}

class FileParser extends MessageParser {
  private readonly result: Draft<ProtoFile> = {
    syntax: 'proto2', imports: none, messages: none, enums: none, services: none, extends: none, options: none, problems: this.s.problems,
  };

  file(): ProtoFile {
    const { s, result } = this;
    while (s.at < s.text.length) {
      if (s.take(semicolon)) continue;
      if (!isWord(s.c)) this.unexpected();
      else this.declaration();
    }
    return result;
  }

  private declaration(): void {
    const { s, result } = this;
    const start = s.at;
    const word = s.name();
    switch (word) {
      case 'message': {
        const message = this.message(start, this.pkg, 0);
        if (message !== undefined) result.messages = added(result.messages, message);
        return;
      }
      case 'enum': {
        const found = this.enum(start, this.pkg);
        if (found !== undefined) result.enums = added(result.enums, found);
        return;
      }
      // Visibility, since edition 2024; what follows is read by itself.
      case 'export': case 'local': if (s.is('message') || s.is('enum')) return; break;
      case 'service': {
        const service = this.service(start);
        if (service !== undefined) result.services = added(result.services, service);
        return;
      }
      case 'extend': {
        const extend = this.extend(this.pkg, undefined, 0);
        if (extend !== undefined) result.extends = added(result.extends, extend);
        return;
      }
      case 'syntax': case 'edition': this.syntax(word); return;
      case 'package': {
        const at = s.at;
        const name = s.isOnNewLine() ? '' : s.path();
        if (name === '') s.missing('The name of the package is missing');
        else if (result.package === undefined) {
          result.package = { text: name, start: at, end: s.before };
          this.pkg = name;
        }
        statementEnd(s, 'the package');
        return;
      }
      case 'import': this.import(); return;
      case 'option': {
        const found = this.option();
        if (found !== undefined) result.options = added(result.options, found);
        return;
      }
    }
    s.report(`A .proto file does not begin a statement with ${word}`, start, start + word.length);
    s.leave();
  }

  private syntax(word: string): void {
    const { s } = this;
    if (!s.take(equals)) s.missing(`= is missing behind ${word}`);
    const said = s.string();
    if (said === undefined) {
      s.missing(`${word === 'syntax' ? '"proto2" or "proto3"' : 'The edition, as "2023",'} is missing behind ${word}`);
      this.pass();
      return;
    }
    if (said.text !== '') this.result.syntax = said.text;
    statementEnd(s, word);
  }

  /** Goes over what stands on this line where something else belongs, as a word without its quotes. */
  private pass(): void {
    const { s } = this;
    if (!s.isOnNewLine() && isWord(s.c)) s.path();
    if (!s.take(semicolon) && !isWord(s.c)) s.leave();
  }

  private import(): void {
    const { s } = this;
    const word = (['public', 'weak', 'option'] as const).find((modifier) => s.takeWord(modifier));
    const path = s.string();
    if (path === undefined) {
      s.missing('The file to import is missing, in quotes');
      this.pass();
      return;
    }
    this.result.imports = added<ProtoImport>(this.result.imports, { path, modifier: word ?? '' });
    statementEnd(s, 'the import');
  }

  private service(start: number): ProtoService | undefined {
    const { s } = this;
    const nameAt = s.at;
    const name = this.nameOf('service');
    if (name === '') return undefined;
    const service: Draft<ProtoService> = {
      name, nameAt, start, end: 0, options: none, fullName: this.pkg === '' ? name : `${this.pkg}.${name}`, methods: none,
    };
    this.block(`service ${name}`, () => {
      const at = s.at;
      if (s.takeWord('option')) {
        const set = this.option();
        if (set !== undefined) service.options = added(service.options, set);
      } else if (s.takeWord('rpc')) {
        const method = this.method(at);
        if (method !== undefined) service.methods = added(service.methods, method);
      } else {
        const word = s.path();
        s.report(`A service has rpc and option, and no ${word}`, at, at + word.length);
        s.leave();
      }
    });
    service.end = s.before;
    return service;
  }

  private method(start: number): ProtoMethod | undefined {
    const { s } = this;
    const nameAt = s.at;
    const name = this.nameOf('rpc');
    if (name === '') return undefined;
    const input = this.carried(`rpc ${name}`, 'request');
    if (!s.takeWord('returns')) s.missing(`returns is missing behind the request of rpc ${name}`);
    const output = this.carried(`rpc ${name}`, 'answer');
    const method: Draft<ProtoMethod> = {
      name, nameAt, start, end: 0, options: none, input: input.type, output: output.type,
      clientStreams: input.streams, serverStreams: output.streams,
    };
    if (s.c === open) {
      this.block(`rpc ${name}`, () => {
        if (!s.takeWord('option')) s.missing(`An rpc has options only: option is missing`);
        const set = this.option();
        if (set !== undefined) method.options = added(method.options, set);
      });
    } else statementEnd(s, `rpc ${name}`);
    method.end = s.before;
    return method;
  }

  private carried(of: string, what: string): { type: string; streams: boolean } {
    const { s } = this;
    if (!s.take(openParen)) {
      s.missing(`The type of the ${what} of ${of} is missing, in ( )`);
      return { type: '', streams: false };
    }
    // A message may be called `stream`.
    const saysStream = s.takeWord('stream');
    const streams = saysStream && s.c !== closeParen;
    const type = saysStream && !streams ? 'stream' : s.path();
    if (type === '') s.missing(`The type of the ${what} of ${of} is missing`);
    if (!s.take(closeParen)) s.missing(`A ) is missing behind the ${what} of ${of}`);
    return { type, streams };
  }
}
