import { masked } from '../../syntax/placeholder';

/**
 * True for a secret that is written out. Placeholders of the usual tools (`${X}`, `{{ x }}`, `<x>`,
 * `$X`, `%X%`, `@x@`, `ENC(…)`, `{cipher}…`, Vault and file references) and empty values keep the secret
 * elsewhere.
 */
export function isLiteralSecret(text: string): boolean {
  const value = text.trim();
  if (value === '') return false;
  if (/\$\{|\{\{|\{%|<%/.test(value) || value.includes(masked)) return false;
  if (/^\$\(?[A-Za-z_]\w*\)?$|^%[A-Za-z_]\w*%$|^@[\w.-]+@$|^<[^<>]*>$|^__\w+__$/.test(value)) return false;
  if (/^(ENC\(|\{cipher\}|vault:|secret:|ref\+|op:\/\/|file:|env:|kms:|sops:)/i.test(value)) return false;
  return !/^(\*+(\w+\*+)?|redacted|x{3,}|\.{3,}|…|-+)$/i.test(value);
}
