import type { SourceFile } from '../../text/sourceFile';
import { keysIn } from '../kafka-properties/recognize';
import { headOf, isJsonName, isYamlName, outermostKeys } from '../shared/outermost';

const propertiesName = /\.properties(\.(template|tpl|tmpl|example|sample|dist|in|j2))*$/i;

/** Keys that hold connectors: a payload of Connect's REST interface, lists for tools that deploy. */
const holders = ['config', 'connectors'];

/** Documents that may hold connectors and are read by their own dialects. */
const others = ['apiVersion', 'asyncapi', 'openapi', 'swagger', 'services', 'context'];

/** True for connectors of Kafka Connect: REST payloads, configurations alone, lists of them, properties. */
export function isConnectorFile(file: SourceFile): boolean {
  if (propertiesName.test(file.path)) {
    return file.text.includes('connector.class') && keysIn(file.text).has('connector.class');
  }
  const json = isJsonName(file.path);
  if (!json && !isYamlName(file.path)) return false;
  const head = headOf(file.text);
  if (!/["']?\bconnector\.class["']?\s*:/.test(head)) return json && isPlatformSource(head);
  if (/^\s*\[\s*\{/.test(head) || (!json && beginsWithItem(head))) return true;
  const keys = outermostKeys(head);
  if (keys.has('connector.class')) return true;
  return holders.some((key) => keys.has(key)) && !others.some((key) => keys.has(key));
}

/** True for YAML whose first line with content is an item of a list. */
function beginsWithItem(head: string): boolean {
  const first = head.split(/\r?\n/, 2_000).find((line) => !/^[ \t]*(#|$)/.test(line) && !line.startsWith('---'));
  return first !== undefined && /^[ \t]*-[ \t]/.test(first);
}

/** A source as Debezium's platform is given it: the class as its `type`, the connection by reference. */
export function isPlatformSource(head: string): boolean {
  if (!/"type"\s*:\s*"io\.debezium\.connector\./.test(head)) return false;
  const keys = outermostKeys(head);
  return keys.has('type') && keys.has('config');
}
