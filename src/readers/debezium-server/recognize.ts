import type { SourceFile } from '../../text/sourceFile';
import { headOf, isYamlName, outermostKeys } from '../shared/outermost';

const propertiesName = /\.properties(\.(template|tpl|tmpl|example|sample|dist|in|j2))*$/i;
/** The keys that every configuration of a server has, at the beginning of a line, perhaps of a profile. */
const serverKeys = /^[ \t]*(?:%[^\s=:.]{1,80}\.)?debezium\.(?:sink\.type|source\.connector\.class)[ \t]*[=:]/m;

const yamlClass = /^[ \t]+["']?(?:(?:connector\.)?class|connector|source\.connector\.class)["']?[ \t]*:/m;

/** True for the configuration of a Debezium Server. */
export function isServerFile(file: SourceFile): boolean {
  if (propertiesName.test(file.path)) return serverKeys.test(headOf(file.text));
  if (!isYamlName(file.path)) return false;
  const head = headOf(file.text);
  if (!head.includes('debezium') || !/\bsink\b/.test(head)) return false;
  const keys = outermostKeys(head);
  if (keys.has('apiVersion') || keys.has('services')) return false;
  return serverKeys.test(head) || (keys.has('debezium') && yamlClass.test(head));
}
