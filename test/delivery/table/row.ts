import { load } from 'js-yaml';
import type { Faults } from '../../../src/delivery/guarantee';
import type { Guarantee } from '../../../src/model/settings';

type Parts = Readonly<Record<string, unknown>>;

/**
 * What a row says besides its protocol's frame: each the inside of a YAML map in braces, laid over the frame's own.
 * A key with the value `~` takes the frame's key away.
 */
export interface Settings {
  readonly broker?: string;
  readonly channel?: string;
  /** Further channels, and changes to those of the frame, as whole entries: `orders.b: { broker: main }`. */
  readonly channels?: string;
  readonly publisher?: string;
  readonly publish?: string;
  /** Where `shop` publishes, if not to `orders`. */
  readonly to?: string;
  readonly consumer?: string;
  readonly consume?: string;
  /** Where `billing` consumes, if not from `orders`. */
  readonly from?: string;
  /** Further services and brokers, as whole entries. */
  readonly services?: string;
  readonly brokers?: string;
  /** The flow that is looked at, where there are several. */
  readonly flow?: string;
}

/** The settings that a protocol's rows begin with: strong ones, so that each row weakens one part. */
export interface Frame {
  readonly broker: string;
  readonly channel: string;
  readonly channels: string;
  readonly publisher: string;
  readonly publish: string;
  readonly consumer: string;
  readonly consume: string;
}

/** Faults for loss, duplication, reordering and blocking, in this order. */
export type Vector = readonly [Faults, Faults, Faults, Faults];

export interface Row {
  readonly title: string;
  readonly text: string;
  readonly flow?: string;
  readonly gives: Vector;
  readonly derived: Guarantee;
  readonly because: string;
}

/** The rows of one protocol: `shop` publishes to `orders`, `billing` consumes it. */
export function rowsOn(frame: Frame): (title: string, settings: Settings, gives: Vector, derived: Guarantee, because: string) => Row {
  return (title, settings, gives, derived, because) => ({
    title, text: flowText(frame, settings), gives, derived, because, ...(settings.flow === undefined ? {} : { flow: settings.flow }),
  });
}

function flowText(frame: Frame, settings: Settings): string {
  const orders = laid(frame.channel, settings.channel);
  const file = {
    flow: 1,
    brokers: { main: laid(frame.broker, settings.broker), ...parsed(settings.brokers) },
    channels: { orders: { broker: 'main', ...orders }, ...parsed(frame.channels), ...parsed(settings.channels) },
    services: {
      shop: { ...laid(frame.publisher, settings.publisher), publishes: { [settings.to ?? 'orders']: laid(frame.publish, settings.publish) } },
      billing: { ...laid(frame.consumer, settings.consumer), consumes: { [settings.from ?? 'orders']: laid(frame.consume, settings.consume) } },
      ...parsed(settings.services),
    },
  };
  // JSON is YAML in braces.
  return `${JSON.stringify(file, null, 1)}\n`;
}

function laid(base: string, over: string | undefined): Parts {
  return Object.fromEntries(Object.entries({ ...parsed(base), ...parsed(over) }).filter(([, value]) => value !== null));
}

/** Of a key that is written twice the later value holds, so that pieces can be put one behind the other. */
function parsed(inside: string | undefined): Parts {
  return inside === undefined || inside === '' ? {} : load(`{ ${inside} }`, { json: true }) as Parts;
}
