import { fieldsOf, type ContractField } from '../../contracts/fields';
import { orderedVersions } from '../../contracts/use';
import type { Schema } from '../../model/model';
import type { Ide } from '../context';
import { code, plain } from '../hover/words';

/** More columns or rows make a table that nobody reads. */
const maxVersions = 4;
const maxRows = 40;

/** The fields of a schema's last versions side by side, as a Markdown table; what differs from the version before is bold. */
export function versionTable(ide: Ide, schema: Schema): string | undefined {
  const versions = orderedVersions(schema).slice(-maxVersions).flatMap(({ version, contract, target }) => {
    const file = target && ide.source(target.value.path);
    return contract && file ? [{ version, fields: fieldsOf(contract.format, file, target.value.fragment) }] : [];
  });
  const names = [...new Set(versions.toReversed().flatMap(({ fields }) => fields.map(({ name }) => name)))];
  if (versions.length < 2 || names.length === 0) return undefined;
  const rows = names.slice(0, maxRows).map((name) => {
    const cells = versions.map(({ fields }, i) => {
      const said = wordsOf(fields, name);
      const before = i === 0 ? said : wordsOf(versions[i - 1]!.fields, name);
      const shown = said === undefined ? (before === undefined ? '' : 'removed') : code(said.replaceAll('|', '/'));
      return said === before || shown === '' ? shown : `**${shown}**`;
    });
    return `| ${plain(name)} | ${cells.join(' | ')} |`;
  });
  return [
    `| field | ${versions.map(({ version }) => `version ${plain(version)}`).join(' | ')} |`,
    `| --- |${' --- |'.repeat(versions.length)}`,
    ...rows,
    ...(names.length > maxRows ? [`| and ${names.length - maxRows} more |${' |'.repeat(versions.length)}`] : []),
  ].join('\n');
}

function wordsOf(fields: readonly ContractField[], name: string): string | undefined {
  return fields.find((field) => field.name === name)?.words;
}
