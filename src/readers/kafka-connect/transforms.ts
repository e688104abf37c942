import type { Sourced } from '../../text/range';
import type { Keyed, KeyedValues } from '../shared/keyed';
import { javaMatcher, javaRenaming } from './javaRegex';
import { distinct, fromTemplate, isPlain, part, wild, type TopicName } from './topicName';

export interface Routed {
  readonly topics: readonly TopicName[];
  /** What the transforms do to names that the file does not tell. */
  readonly notes: readonly string[];
}

/** A chain is short; more is a generated file. */
const maxTransforms = 20;

/** The topics behind a source's chain of transforms, in their order (`transforms`). */
export function routed(values: KeyedValues, topics: readonly TopicName[]): Routed {
  const notes: string[] = [];
  let current = topics;
  for (const alias of values.list('transforms').slice(0, maxTransforms)) {
    const transform: Transform = { values, alias, prefix: `transforms.${alias.value}.`, notes };
    const type = values.text(`${transform.prefix}type`);
    if (type === undefined) continue;
    const router = routerOf(transform, type);
    if (router === undefined) continue;
    const applies = predicateOf(transform);
    current = distinct(current.flatMap((topic): readonly TopicName[] => {
      const does = applies(topic);
      if (does === false) return [topic];
      const routedTo = router(topic);
      return does === true ? routedTo : [topic, ...routedTo];
    }));
  }
  return { topics: current, notes };
}

interface Transform {
  readonly values: KeyedValues;
  readonly alias: Sourced<string>;
  /** `transforms.route.` */
  readonly prefix: string;
  readonly notes: string[];
}

type Router = (topic: TopicName) => readonly TopicName[];

/** What a transform does to names; undefined for the many that leave them alone. */
function routerOf(transform: Transform, type: Sourced<string>): Router | undefined {
  const name = type.value.slice(type.value.lastIndexOf('.') + 1);
  switch (name) {
    case 'RegexRouter': case 'TopicRegexRouter': return renaming(transform, 'regex', 'replacement');
    case 'ByLogicalTableRouter': return renaming(transform, 'topic.regex', 'topic.replacement');
    case 'EventRouter': case 'MongoEventRouter': return eventRouter(transform, type);
    case 'TimestampRouter': case 'MessageTimestampRouter': return timestampRouter(transform);
    case 'ContentBasedRouter':
      transform.notes.push(
        `${transform.alias.value} sends records to topics by an expression over their content.`,
      );
      return (topic) => [topic];
  }
  if (/^(ExtractTopic|TopicFromField|TopicFromValueSchema)\b/.test(name)) {
    transform.notes.push(`${transform.alias.value} takes the topic's name out of each record.`);
    return () => [];
  }
  if (/^Filter(\$\w+)?$/.test(name)) {
    transform.notes.push(`${transform.alias.value} drops some of the records.`);
  }
  if (/router$/i.test(name)) transform.notes.push(`${transform.alias.value} (${name}) may rename topics.`);
  return undefined;
}

/**
 * The words of `key`, also where they hold `${name}`, which is no placeholder in a replacement. Quarkus and
 * compose files write it `$${name}`, so that they do not take it for one of theirs.
 */
function written({ values, prefix }: Transform, key: string): Keyed | undefined {
  const found = values.get(prefix + key);
  if (found === undefined || found.value === '') return undefined;
  return { ...found, value: found.value.replaceAll('$${', '${') };
}

function renaming(transform: Transform, regexKey: string, replacementKey: string): Router | undefined {
  const { alias, notes } = transform;
  const regex = written(transform, regexKey);
  if (regex === undefined) return undefined;
  const replacement = written(transform, replacementKey)?.value ?? '';
  const rule = regex.isOpen ? undefined : javaRenaming(regex.value, replacement);
  const why = `The transform ${alias.value} renames topics that match ${regex.value} to ${replacement}.`;
  if (rule === undefined) {
    notes.push(`${alias.value} renames topics by an expression that is not evaluated here: ${regex.value}`);
    return () => [];
  }
  return (topic) => {
    const renamed = rule.rename(sampleOf(topic.text));
    if (renamed === undefined) return [topic];
    if (renamed !== null) return [{ text: fromSample(renamed), at: topic.at, why }];
    notes.push(`${alias.value} renames topics by an expression that may take very long: ${regex.value}`);
    return [];
  };
}

/** Debezium's outbox: a field of each record names the topic (`route.by.field`, by default aggregatetype). */
function eventRouter(transform: Transform, type: Sourced<string>): Router {
  const replacement = written(transform, 'route.topic.replacement');
  const field = transform.values.text(`${transform.prefix}route.by.field`)?.value ?? 'aggregatetype';
  const template = replacement?.value ?? 'outbox.event.${routedByValue}';
  const at = replacement?.at ?? type.at;
  // Another variable than the routed value can only be a placeholder of whoever deploys the file.
  const isKnown = [...template.matchAll(/\$\{([^{}]*)\}/g)].every((m) => m[1] === 'routedByValue');
  const text = fromTemplate(template);
  if (!isKnown) {
    transform.notes.push(`${transform.alias.value} routes to ${template}, which the file does not tell.`);
    return () => [];
  }
  const why = isPlain(text)
    ? `The outbox router ${transform.alias.value} sends all events here.`
    : `The outbox router ${transform.alias.value} fills the field ${field} of each event into ${template}.`;
  return () => [{ text, at, why }];
}

function timestampRouter(transform: Transform): Router {
  const format = written(transform, 'topic.format')?.value ?? '${topic}-${timestamp}';
  const why = `The transform ${transform.alias.value} adds the time to topics: ${format}.`;
  return ({ text, at }) => [{ text: fromTemplate(format.replaceAll('${topic}', () => text)), at, why }];
}

/** Which topics a transform is for: all, or those of its predicate; undefined where only the data tells. */
function predicateOf(transform: Transform): (topic: TopicName) => boolean | undefined {
  const { values, prefix } = transform;
  const predicate = values.text(`${prefix}predicate`);
  if (predicate === undefined) return () => true;
  const negate = values.text(`${prefix}negate`)?.value.toLowerCase() === 'true';
  const type = values.text(`predicates.${predicate.value}.type`)?.value ?? '';
  const pattern = values.text(`predicates.${predicate.value}.pattern`)?.value;
  if (!type.endsWith('TopicNameMatches') || pattern === undefined) return () => undefined;
  const matcher = javaMatcher(pattern);
  return (topic) => {
    const matches = matcher(sampleOf(topic.text));
    return matches === undefined ? undefined : matches !== negate;
  };
}

/** Words that expressions over names take as they take any name. */
const samples: readonly (readonly [string, string])[] = [[wild, 'zqany'], [part, 'zqpart']];

function sampleOf(text: string): string {
  return samples.reduce((all, [sign, word]) => all.replaceAll(sign, word), text);
}

function fromSample(text: string): string {
  return samples.reduce((all, [sign, word]) => all.replaceAll(word, sign), text);
}
