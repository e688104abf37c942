import { kafkaConnect } from '../../../src/readers/kafka-connect/reader';
import { reading, type Reading } from '../../support/reading';

/** Reads a connector given as lines of properties. */
export function connector(text: string, path = '/connect/orders.properties'): Reading {
  return reading(kafkaConnect, text, path);
}

/** The names of what is published or consumed, patterns in slashes, prefixes with a star. */
export function names(r: Reading, kind: 'publish' | 'consume'): string[] {
  return r.facts.flatMap((fact) => {
    if (fact.kind !== kind || fact.channel === undefined) return [];
    const { name, match } = fact.channel;
    return [match === 'regex' ? `/${name.value}/` : match === 'prefix' ? `${name.value}*` : name.value];
  });
}
