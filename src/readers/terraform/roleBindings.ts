import { rangeIn } from '../../text/sourceFile';
import type { Sourced } from '../../text/range';
import type { HclExpression } from '../../syntax/hclNodes';
import { defined } from '../shared/defined';
import { brokerIn } from './brokers';
import { skip, type Context, type Made } from './context';
import { principalOf } from './principals';
import type { Right } from './rights';
import { textIn } from './value';

/** Confluent's predefined roles that read or write what they are bound to. */
const roles: Readonly<Record<string, { readonly reads: boolean; readonly writes: boolean }>> = {
  DeveloperRead: { reads: true, writes: false },
  DeveloperWrite: { reads: false, writes: true },
};

/** A role bound to a topic or group: `crn_pattern = "${c.rbac_crn}/kafka=${c.id}/topic=orders"`. */
export function bindingRight(c: Context, made: Made): Right | undefined {
  const { args } = made;
  const name = args.text('role_name')?.value ?? '';
  const role = Object.hasOwn(roles, name) ? roles[name] : undefined;
  const crn = args.expression('crn_pattern');
  if (role === undefined || crn === undefined) return undefined;
  const target = targetOf(c, made, crn);
  const principal = target && principalOf(c, args, 'principal');
  if (target === undefined || principal === undefined || target.name.value === '') return undefined;
  const known = brokerIn(c, crn);
  return defined<Right>({
    principal, ...role, on: target.on, name: target.name,
    match: target.isPrefix ? 'prefix' as const : undefined,
    broker: known && { value: known.name.value, at: target.name.at }, extent: made.extent,
  });
}

interface Target {
  readonly on: 'topic' | 'group';
  readonly name: Sourced<string>;
  readonly isPrefix: boolean;
}

/** What stands behind the last `/topic=` or `/group=`, if the file says it; a star at the end is a prefix. */
function targetOf(c: Context, made: Made, crn: HclExpression): Target | undefined {
  const parts = crn.kind === 'template' ? crn.parts : crn.kind === 'scalar' ? [crn.text] : [];
  const from = parts.findLastIndex((p) => typeof p === 'string' && /\/(topic|group)=/.test(p));
  const first = parts[from];
  const head = typeof first === 'string' ? /^.*\/(topic|group)=(.*)$/s.exec(first) : null;
  if (head === null) return undefined;
  let text = head[2] ?? '';
  for (const part of parts.slice(from + 1)) {
    const said = typeof part === 'string' ? part : textIn(c.evaluator.value(part, made.args.nested.scope));
    if (said === undefined) {
      skip(c, crn);
      return undefined;
    }
    text += said;
  }
  const isPrefix = text.endsWith('*');
  const value = isPrefix ? text.slice(0, -1) : text;
  const name = { value, at: namePlace(c, crn, value, parts) };
  return { on: head[1] === 'topic' ? 'topic' : 'group', isPrefix, name };
}

/** The name's own words if they stand there, or what it is taken from; else the whole pattern's content. */
function namePlace(
  c: Context, crn: HclExpression, value: string, parts: readonly (string | HclExpression)[],
): Sourced<string>['at'] {
  const raw = c.file.text.slice(crn.start, crn.end);
  const at = raw.lastIndexOf(`=${value}`);
  if (value !== '' && at >= 0) return rangeIn(c.file, crn.start + at + 1, crn.start + at + 1 + value.length);
  const last = parts.findLast((p) => typeof p !== 'string');
  if (last !== undefined) return rangeIn(c.file, last.start, last.end);
  return rangeIn(c.file, crn.start + 1, Math.max(crn.start + 1, crn.end - 1));
}
