import type { Protocol } from './settings';

interface Grammar {
  readonly separator: string;
  /** Stands for exactly one level. */
  readonly one: string;
  /** Stands for the rest: `min` levels or more. In AMQP it may stand anywhere, else only at the end. */
  readonly many: string;
  readonly min: 0 | 1;
}

// AMQP 0-9-1 §3.1.3.3; MQTT 5 §4.7.1 (`sport/#` also matches `sport`); NATS subject-based messaging.
const grammars: Partial<Record<Protocol, Grammar>> = {
  rabbitmq: { separator: '.', one: '*', many: '#', min: 0 },
  mqtt: { separator: '/', one: '+', many: '#', min: 0 },
  nats: { separator: '.', one: '*', many: '>', min: 1 },
};

/** A level that stands for many values: `{truckId}`, `<id>` or `${id}`, as contracts write them. */
const parameter = /^(\{.*\}|<.*>|\$\{.*\})$/;

/** True if the protocol knows wildcards and this name has one. */
export function isPattern(protocol: Protocol | undefined, name: string): boolean {
  const grammar = protocol && grammars[protocol];
  if (grammar === undefined) return false;
  return name.split(grammar.separator).some((level) => level === grammar.one || level === grammar.many);
}

/**
 * True if some name is taken in by both patterns; with a plain name on one side this is ordinary
 * matching. A `{parameter}` level stands for any one level. Protocols without wildcards compare
 * for equality.
 */
export function patternsOverlap(protocol: Protocol | undefined, a: string, b: string): boolean {
  if (a === b) return true;
  const grammar = protocol && grammars[protocol];
  if (grammar === undefined) return false;
  const left = a.split(grammar.separator);
  const right = b.split(grammar.separator);
  // MQTT 5 §4.7.2: a filter that begins with a wildcard does not take in topics that begin with `$`.
  if (protocol === 'mqtt' && hiddenFrom(left, right, grammar)) return false;
  return overlap(left, right, grammar);
}

function hiddenFrom(a: readonly string[], b: readonly string[], g: Grammar): boolean {
  const wild = (level = ''): boolean => level === g.one || level === g.many;
  return (wild(a[0]) && (b[0] ?? '').startsWith('$')) || (wild(b[0]) && (a[0] ?? '').startsWith('$'));
}

/** Walks both patterns at once; `reached[j]` says whether the levels of `b` before `j` can be used up so far. */
function overlap(a: readonly string[], b: readonly string[], g: Grammar): boolean {
  // Row by row over `a`: state (i, j) means that the first i and j levels can stand for the same name.
  let row = spread([true, ...b.map(() => false)], b, g);
  for (const level of a) {
    const next = [...b, ''].map(() => false);
    const many = level === g.many;
    for (let j = 0; j <= b.length; j++) {
      if (!row[j]) continue;
      if (many && g.min === 0) next[j] = true;
      const other = b[j];
      if (other !== undefined && other === g.many) next[j] = true;
      if (other !== undefined && (many || other === g.many || sameLevel(level, other, g))) next[j + 1] = true;
    }
    if (many) for (let j = 1; j <= b.length; j++) next[j] ||= next[j - 1] === true;
    row = spread(next, b, g);
  }
  return row[b.length] === true;
}

/** A `#` of `b` may stand for nothing; carries reachability over it. */
function spread(row: boolean[], b: readonly string[], g: Grammar): boolean[] {
  if (g.min === 0) b.forEach((level, j) => { if (level === g.many && row[j]) row[j + 1] = true; });
  return row;
}

function sameLevel(a: string, b: string, g: Grammar): boolean {
  return a === b || a === g.one || b === g.one || parameter.test(a) || parameter.test(b);
}

/**
 * True for a routing key or subject as it goes over the wire; false for one that stands for many
 * (`order.{region}`, `${KEY}`) or describes the key in words.
 */
export function isStaticKey(key: string): boolean {
  return !/[{}<>$%\s]/.test(key);
}
