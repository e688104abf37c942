import { baseName, type SourceFile } from '../../text/sourceFile';
import { headOf, isYamlName, outermostKeys } from '../shared/outermost';
import { isProperties } from './documents';

/** Spring Boot looks for these by itself. */
const standardName = /^(application|bootstrap)([-_.][^/]*)?\.(ya?ml|properties)(\.\w+)*$/i;

/** Files of the same endings whose keys are other people's. */
const otherNames = /^(values[^/]*|chart|docker-compose[^/]*|compose[^/]*|pubspec|package|mkdocs)\.ya?ml/i;

/** Quarkus, Micronaut, MicroProfile, Debezium Server and Helidon have an `application.properties` too. */
const others = /^["']?(%[\w,-]+["']?[.:])?["']?(quarkus|micronaut|mp|debezium|smallrye|helidon)["']?[.:]/m;

/** Roots of Spring Boot and of what is mostly used with it. */
const roots = new Set([
  'spring', 'logging', 'management', 'server', 'springdoc', 'eureka', 'feign', 'hystrix', 'ribbon', 'zuul',
  'endpoints', 'resilience4j', 'springfox', 'swagger',
]);

const messaging = /^["']?spring\.(kafka|rabbitmq|cloud\.stream)\b/m;

/** True for a Spring Boot configuration: by its standard name, or by what it says of messaging. */
export function isSpring(file: SourceFile): boolean {
  const name = baseName(file.path);
  const properties = isProperties(file.path);
  if (!properties && !isYamlName(file.path)) return false;
  const isStandard = standardName.test(name);
  if (!isStandard && otherNames.test(name)) return false;
  const head = headOf(file.text);
  if (others.test(head)) return false;
  if (properties) return isStandard ? rootsOfProperties(head) : messaging.test(head);
  const keys = outermostKeys(head);
  if (keys.has('apiVersion') && keys.has('kind')) return false;
  if (!isStandard) {
    return messaging.test(head) || (keys.has('spring') && springBlock(head));
  }
  for (const key of keys) if (roots.has(key.split('.')[0] ?? '')) return true;
  return false;
}

function rootsOfProperties(head: string): boolean {
  for (const match of head.matchAll(/^[ \t]*([A-Za-z]\w*)\.[\w.[\]-]+[ \t]*[=:]/gm)) {
    if (roots.has(match[1] ?? '')) return true;
  }
  return false;
}

/** Below `spring:` a key that is about messaging. */
function springBlock(head: string): boolean {
  for (const match of head.matchAll(/^["']?spring["']?:[ \t]*(#[^\n]*)?\r?$/gm)) {
    const rest = head.slice(match.index + match[0].length);
    const end = rest.search(/^[^\s#]/m);
    const block = end < 0 ? rest : rest.slice(0, end);
    if (/^[ \t]+["']?(kafka|rabbitmq|cloud\.stream|cloud\.function)["']?(\.[\w.-]+)?["']?:/m.test(block)) return true;
    if (/^[ \t]+cloud:/m.test(block) && /^[ \t]+(stream|stream\.[\w.-]+):/m.test(block)) return true;
  }
  return false;
}
