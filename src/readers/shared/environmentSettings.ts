import type { ConsumeSettings, PublishSettings } from '../../model/settings';
import type { Sourced } from '../../text/range';
import { canonicalVariable } from './environmentValues';
import { consumeSettings, publishSettings } from './kafkaClient';
import type { Keyed, KeyedValues, Lookup } from './keyed';

type Side = 'producer' | 'consumer';

/**
 * Where a program's environment keeps a Kafka client's setting: Spring's keys with relaxed binding (which
 * drops dashes, or makes underscores of them), then the form that most programs use, `KAFKA_` and the key.
 */
const places: Readonly<Record<Side, readonly string[]>> = {
  producer: [
    'SPRING_KAFKA_PRODUCER_', 'SPRING_KAFKA_PRODUCER_PROPERTIES_', 'SPRING_KAFKA_PROPERTIES_',
    'KAFKA_PRODUCER_', 'KAFKA_',
  ],
  consumer: [
    'SPRING_KAFKA_CONSUMER_', 'SPRING_KAFKA_CONSUMER_PROPERTIES_', 'SPRING_KAFKA_PROPERTIES_',
    'KAFKA_CONSUMER_', 'KAFKA_',
  ],
};

/** The settings of the Kafka producer that variables state for the whole program. */
export function producerInEnvironment(values: KeyedValues): PublishSettings {
  return publishSettings(lookupOf(values, 'producer'));
}

/** The settings of the Kafka consumer, with its group under the names that programs give it. */
export function consumerInEnvironment(values: KeyedValues): ConsumeSettings {
  const settings = consumeSettings(lookupOf(values, 'consumer'));
  if (settings.group !== undefined || settings.open?.includes('group') === true) return settings;
  const group = groupIn(values);
  return group === undefined ? settings : { ...settings, group };
}

/** A group under a key of the program's own, if there is just one. */
function groupIn(values: KeyedValues): Sourced<string> | undefined {
  const groups = values.all.filter((one) =>
    !one.isOpen && one.value !== '' && groupKey.test(canonicalVariable(one.key)));
  const [first, second] = groups;
  if (first === undefined || (second !== undefined && second.value !== first.value)) return undefined;
  return { value: first.value, at: first.at };
}

const groupKey = /(^|_)(CONSUMER|KAFKA)_?GROUP(_?ID|_?NAME)?$/;

function lookupOf(values: KeyedValues, side: Side): Lookup {
  const squeezed = new Map<string, Keyed>(values.all.map((one) => [squeeze(one.key), one]));
  return (key) => {
    for (const prefix of places[side]) {
      // `KAFKA_RETRIES` and the like are a program's own and mean anything; these mean what Kafka means.
      if (prefix === 'KAFKA_' && !plain.has(key)) continue;
      const one = squeezed.get(squeeze(prefix + key));
      if (one === undefined || one.value === '' && !one.isOpen) continue;
      if (one.isOpen) return 'open';
      return { value: key === 'isolation.level' ? one.value.replaceAll('-', '_') : one.value, at: one.at };
    }
    return undefined;
  };
}

const plain = new Set([
  'acks', 'enable.idempotence', 'enable.auto.commit', 'auto.offset.reset', 'group.id', 'client.id',
  'isolation.level', 'transactional.id', 'max.in.flight.requests.per.connection', 'delivery.timeout.ms',
  'max.poll.records', 'max.poll.interval.ms', 'linger.ms', 'enable.auto.offset.store',
]);

function squeeze(key: string): string {
  return key.toUpperCase().replace(/[^A-Z0-9]/g, '');
}
