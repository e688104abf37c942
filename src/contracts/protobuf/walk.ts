import type { ProtoEnum, ProtoExtend, ProtoFile, ProtoMessage } from './tree';

/** Every message of a file, outer ones before those inside them, in the order of the text. */
export function allMessages(file: ProtoFile): readonly ProtoMessage[] {
  const found: ProtoMessage[] = [];
  const add = (messages: readonly ProtoMessage[]): void => {
    for (const message of messages) {
      found.push(message);
      if (message.messages.length > 0) add(message.messages);
    }
  };
  add(file.messages);
  return found;
}

export function allEnums(file: ProtoFile): readonly ProtoEnum[] {
  return [...file.enums, ...allMessages(file).flatMap((message) => message.enums)];
}

export function allExtends(file: ProtoFile): readonly ProtoExtend[] {
  return [...file.extends, ...allMessages(file).flatMap((message) => message.extends)];
}

/**
 * What a name means where it is written: in the message, in those around it, in the package, in the packages around that.
 * As protoc has it, the first part of a name decides in which of them the rest is looked for; here the whole name does,
 * which differs only for names that protoc would refuse.
 */
export function lookUp<T>(name: string, scope: string, known: ReadonlyMap<string, T>): T | undefined {
  if (name.startsWith('.')) return known.get(name.slice(1));
  for (let around = scope; ; around = around.slice(0, Math.max(0, around.lastIndexOf('.')))) {
    const found = known.get(around === '' ? name : `${around}.${name}`);
    if (found !== undefined || around === '') return found;
  }
}
