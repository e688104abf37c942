import type { Sourced } from '../../text/range';
import { defined } from '../shared/defined';
import { brokerOf } from './brokers';
import { nested, type Context, type Made } from './context';
import { principalOf } from './principals';
import { channelName } from './handles';
import type { Right } from './rights';

/** How a provider's resource says who may do what: the names of its arguments. */
export interface AclKind {
  readonly principal: string;
  readonly operation: string;
  readonly permission: string;
  readonly pattern: string;
}

export const aclKinds: Readonly<Record<string, AclKind>> = {
  kafka_acl: {
    principal: 'acl_principal', operation: 'acl_operation', permission: 'acl_permission_type',
    pattern: 'resource_pattern_type_filter',
  },
  confluent_kafka_acl: {
    principal: 'principal', operation: 'operation', permission: 'permission', pattern: 'pattern_type',
  },
  aiven_kafka_native_acl: {
    principal: 'principal', operation: 'operation', permission: 'permission_type', pattern: 'pattern_type',
  },
  redpanda_acl: {
    principal: 'principal', operation: 'operation', permission: 'permission_type',
    pattern: 'resource_pattern_type',
  },
};

/** The right that an ACL gives; undefined for denials, other resources, all topics, and everybody. */
export function rightOf(c: Context, made: Made, kind: AclKind): Right | undefined {
  const { args } = made;
  const word = (name: string): string | undefined =>
    args.text(name)?.value.toUpperCase().replace(/[^A-Z]/g, '');
  const type = word('resource_type');
  if ((type !== 'TOPIC' && type !== 'GROUP') || word(kind.permission) === 'DENY') return undefined;
  const operation = word(kind.operation);
  const name = channelName(c, args.value('resource_name'));
  if (name === undefined || name === 'open' || name.value === '*') return undefined;
  const principal = principalOf(c, args, kind.principal);
  if (principal === undefined) return undefined;
  return defined<Right>({
    principal, name, on: type === 'TOPIC' ? 'topic' : 'group',
    reads: operation === 'READ' || operation === 'ALL', writes: operation === 'WRITE' || operation === 'ALL',
    match: word(kind.pattern) === 'PREFIXED' ? 'prefix' : undefined,
    broker: brokerOf(c, made), extent: made.extent,
  });
}

/** Google's ACLs: one resource a topic or group, named in its id, with an entry for each principal. */
export function googleRights(c: Context, made: Made): readonly Right[] {
  const id = made.args.text('acl_id');
  const head = id && /^(topic|consumerGroup)(Prefixed)?\//.exec(id.value);
  if (id === undefined || head === null || head === undefined) return [];
  const length = head[0].length;
  const isWritten = id.at.end - id.at.start === id.value.length;
  const name = {
    value: id.value.slice(length), at: isWritten ? { ...id.at, start: id.at.start + length } : id.at,
  };
  return nested(c, made.args, 'acl_entries').flatMap((entry): Right[] => {
    const operation = entry.text('operation')?.value.toUpperCase();
    if (entry.text('permission_type')?.value.toUpperCase() === 'DENY' || name.value === '') return [];
    const principal = principalOf(c, entry, 'principal');
    if (principal === undefined) return [];
    return [defined<Right>({
      principal, name, on: head[1] === 'topic' ? 'topic' : 'group',
      reads: operation === 'READ' || operation === 'ALL',
      writes: operation === 'WRITE' || operation === 'ALL',
      match: head[2] === undefined ? undefined : 'prefix', broker: brokerOf(c, made), extent: made.extent,
    })];
  });
}

/** Aiven's own ACLs: a user, a topic with `*` and `?`, and one word for the right. */
export function aivenRight(c: Context, made: Made): Right | undefined {
  const topic = channelName(c, made.args.value('topic'));
  const permission = made.args.text('permission')?.value ?? '';
  if (topic === undefined || topic === 'open' || /^\*+$/.test(topic.value)) return undefined;
  const principal = principalOf(c, made.args, 'username');
  if (principal === undefined || /[*?]/.test(principal.service.value)) return undefined;
  const { name, match } = topic.handle === undefined ? globbed(topic) : { name: topic };
  return defined<Right>({
    principal, name, match, on: 'topic', reads: /^(admin|read|readwrite)$/.test(permission),
    writes: /^(admin|write|readwrite)$/.test(permission), broker: brokerOf(c, made), extent: made.extent,
  });
}

function globbed(topic: Sourced<string>): { name: Sourced<string>; match?: 'prefix' | 'regex' } {
  if (!/[*?]/.test(topic.value)) return { name: topic };
  if (/^[^*?]+\*$/.test(topic.value)) {
    return { name: { ...topic, value: topic.value.slice(0, -1) }, match: 'prefix' };
  }
  const value = topic.value.replace(/[\\^$.+()[\]{}|]/g, '\\$&').replace(/\*+/g, '.*').replaceAll('?', '.');
  return { name: { ...topic, value }, match: 'regex' };
}
