import type { ScalarNode } from './tree';

const integer = /^[-+]?[0-9]+$/;
const octal = /^0o[0-7]+$/;
const hexadecimal = /^0x[0-9a-fA-F]+$/;
const float = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const infinity = /^[-+]?\.(?:inf|Inf|INF)$/;
const notANumber = /^\.(?:nan|NaN|NAN)$/;

/**
 * What YAML 1.2's core schema makes of an untagged plain scalar (clause 10.3.2). YAML 1.1's `yes`,
 * `no` and `on` are text, as they are to the brokers' own tools that read 1.2.
 */
export function resolvePlain(text: string): ScalarNode['value'] {
  const first = text.charCodeAt(0);
  // Letters decide fast: only n, t and f of any case can begin something that is not a string.
  if (first > 57) {
    switch (text) {
      case '~':
      case 'null':
      case 'Null':
      case 'NULL':
        return null;
      case 'true':
      case 'True':
      case 'TRUE':
        return true;
      case 'false':
      case 'False':
      case 'FALSE':
        return false;
      default:
        return text;
    }
  }
  if (text === '') return null;
  return resolveNumber(text) ?? text;
}

function resolveNumber(text: string): number | undefined {
  if (integer.test(text) || float.test(text)) return Number(text);
  if (octal.test(text)) return Number.parseInt(text.slice(2), 8);
  if (hexadecimal.test(text)) return Number.parseInt(text.slice(2), 16);
  if (infinity.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  if (notANumber.test(text)) return NaN;
  return undefined;
}

/** What a scalar with a tag stands for; tags that are not the core schema's leave the text as it is. */
export function resolveTagged(text: string, tag: string): ScalarNode['value'] {
  switch (/^(?:!!|!<tag:yaml\.org,2002:)(\w+)>?$/.exec(tag)?.[1]) {
    case 'int':
    case 'float':
      return resolveNumber(text) ?? text;
    case 'bool':
    case 'null':
      return resolvePlain(text);
    default:
      return text;
  }
}
