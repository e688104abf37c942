import type { Fix } from '../../text/problem';
import { rangeIn, type SourceFile } from '../../text/sourceFile';
import type { CompatFinding } from '../compat';
import { parseProto } from './parse';
import { isReserved } from './ranges';
import { allEnums, allMessages } from './walk';
import { optionOf, type Named, type ProtoEnum, type ProtoEnumValue, type ProtoField, type ProtoFile, type ProtoMessage } from './tree';

/** Reserves what a removed field or value leaves behind, or brings it back. */
export function mendProto(finding: CompatFinding, current: SourceFile, previous: SourceFile | undefined): readonly Fix[] {
  if (previous === undefined) return [];
  const [before, after] = [parseProto(previous.text), parseProto(current.text)];
  const old = fieldOf(before, finding);
  if (old === undefined) return mendEnum(finding, before, after, current, previous);
  const message = allMessages(after).find((one) => within(one, after) === within(old.message, before));
  if (message === undefined) return [];
  const { field } = old;
  const written = previous.text.slice(field.start, field.end);
  const now = message.fields.find((one) => one.name === field.name) ?? message.fields.find((one) => one.number === field.number);
  if (now !== undefined) {
    if (current.text.slice(now.start, now.end) === written) return [];
    return [{ title: `Restore ${shown(written)}`, safe: false, edits: [{ at: rangeIn(current, now.start, now.end), newText: written }] }];
  }
  const parts = [
    ...(isReserved(message.reserved, field.number) ? [] : [`reserved ${field.number};`]),
    ...(message.reservedNames.some(({ text }) => text === field.name) ? [] : [`reserved ${quoted(field.name, after)};`]),
  ];
  return [
    ...(parts.length === 0 || Number.isNaN(field.number) ? [] : [insertion(current, message, parts, `Reserve ${field.number} and the name ${field.name}`)]),
    insertion(current, message, [written], `Restore ${shown(written)}`),
    ...(field.isGroup ? [] : deprecated(written, field).map((line) => insertion(current, message, [line], `Restore ${field.name} as deprecated`))),
  ];
}

/** A value that is gone: its name is JSON, so that it is best kept, and its number is on the wire. */
function mendEnum(finding: CompatFinding, before: ProtoFile, after: ProtoFile, current: SourceFile, previous: SourceFile): readonly Fix[] {
  if (!finding.check.startsWith('ENUM_VALUE_REMOVED')) return [];
  const old = valueOf(before, finding);
  const found = old && allEnums(after).find((one) => elementIn(one.fullName, after) === elementIn(old.of.fullName, before));
  if (old === undefined || found === undefined || found.values.some(({ name, number }) => name === old.value.name || number === old.value.number)) return [];
  const { value } = old;
  const written = previous.text.slice(value.start, value.end);
  const parts = [
    ...(isReserved(found.reserved, value.number) ? [] : [`reserved ${value.number};`]),
    ...(found.reservedNames.some(({ text }) => text === value.name) ? [] : [`reserved ${quoted(value.name, after)};`]),
  ];
  // Behind the others, but for 0: the first value is the default, and in proto3 it must be 0.
  const last = value.number === 0 ? undefined : found.values.at(-1);
  const behind = last && last.end + (/^[ \t]*\/\/.*/.exec(current.text.slice(last.end))?.[0].length ?? 0);
  return [
    ...deprecated(written, value).map((line) => insertion(current, found, [line], `Restore ${value.name} as deprecated`, behind)),
    insertion(current, found, [written], `Restore ${shown(written)}`, behind),
    ...(parts.length === 0 ? [] : [insertion(current, found, parts, `Reserve ${value.number} and the name ${value.name}`)]),
  ];
}

function valueOf(file: ProtoFile, { beforeAt }: CompatFinding): { of: ProtoEnum; value: ProtoEnumValue } | undefined {
  if (beforeAt === undefined) return undefined;
  for (const of of allEnums(file)) {
    const value = of.values.find(({ start, end }) => start <= beforeAt.start && beforeAt.start < end);
    if (value !== undefined) return { of, value };
  }
  return undefined;
}

/** The same with the option that lets compilers warn whoever still uses it; nothing where it has that option. */
function deprecated(written: string, named: Named): readonly string[] {
  if (optionOf(named, 'deprecated') !== undefined) return [];
  const last = named.options.at(-1);
  const line = last === undefined ? written.replace(/\s*;$/, ' [deprecated = true];') : written.replace(/\s*\](?=\s*;$)/, ', deprecated = true]');
  return line === written ? [] : [line];
}

/** Editions take names as they are, the older syntaxes in quotes. */
function quoted(name: string, { syntax }: ProtoFile): string {
  return syntax.startsWith('proto') ? `"${name}"` : name;
}

function shown(written: string): string {
  return written.replace(/\s+/g, ' ').replace(/;$/, '');
}

/** The earlier field that a finding is about: by its place, else by its name. */
function fieldOf(file: ProtoFile, finding: CompatFinding): { message: ProtoMessage; field: ProtoField } | undefined {
  const at = finding.beforeAt?.start;
  for (const message of allMessages(file)) {
    for (const field of message.fields) {
      const isMeant = at === undefined ? `${within(message, file)}.${field.name}` === elementIn(finding.element, file)
        : field.start <= at && at < field.end;
      if (isMeant) return { message, field };
    }
  }
  return undefined;
}

/** The name without the package: another version mostly has another package. */
function within({ fullName }: ProtoMessage, file: ProtoFile): string {
  return elementIn(fullName, file);
}

function elementIn(name: string, { package: pkg }: ProtoFile): string {
  return pkg !== undefined && name.startsWith(`${pkg.text}.`) ? name.slice(pkg.text.length + 1) : name;
}

/** New lines behind the opening brace or behind something, indented as the others are; in the same line where there is but one. */
function insertion(file: SourceFile, message: ProtoMessage | ProtoEnum, lines: readonly string[], title: string, behind?: number): Fix {
  const open = file.text.indexOf('{', message.nameAt) + 1;
  const body = file.text.slice(open, message.end);
  const ending = body.includes('\r\n') ? '\r\n' : '\n';
  const indent = /\r?\n([ \t]+)\S/.exec(body)?.[1];
  if (!body.includes('\n')) {
    return { title, safe: false, edits: [{ at: rangeIn(file, behind ?? open, behind ?? open), newText: ` ${lines.join(' ')}` }] };
  }
  const outer = /[ \t]*$/.exec(file.text.slice(0, message.start))?.[0] ?? '';
  const own = indent ?? `${outer}  `;
  return { title, safe: false, edits: [{ at: rangeIn(file, behind ?? open, behind ?? open), newText: lines.map((line) => `${ending}${own}${line}`).join('') }] };
}
