import type { Broker, Channel, Consume, FlowModel, Publish } from '../model/model';
import type { Guarantee } from '../model/settings';
import type { Severity } from '../text/problem';
import type { Sourced } from '../text/range';

/** Somebody's wish, and who says it; `by` is absent where the configuration says it for all. */
export interface Wish {
  readonly kind: 'declared' | 'waived' | 'undeclared';
  readonly by?: Sourced<Guarantee>;
  readonly who?: string;
}

/**
 * Tells whether messages may be lost. A publish or consume that declares a guarantee speaks for
 * itself. One that declares none is judged by the flows through it: `declared` if somebody at the
 * other end wants at-least-once or more, `waived` if all who are there settle for less.
 */
export interface Wants {
  publish(publish: Publish): Wish;
  consume(consume: Consume): Wish;
  /** What anybody who publishes to the channel or consumes from it, directly or over routes, wants. */
  channel(channel: Channel): Wish;
  /** The strongest wish about any channel of the broker: a setting of the broker holds for all of them. */
  broker(broker: Broker): Wish;
}

interface Mark {
  strong?: { by?: Sourced<Guarantee>; who: string };
  weak: boolean;
  open: boolean;
}

export function wantsOf(model: FlowModel, common?: Guarantee): Wants {
  const up = spread(model, 'publishes', common);
  const down = spread(model, 'consumes', common);
  const edge = (own: Publish | Consume, other: Map<Channel, Mark>): Wish => {
    const said = own.settings.guarantee;
    if (said !== undefined) return { kind: isStrong(said.value) ? 'declared' : 'waived', by: said, who: own.service.name };
    const mark = own.channel && other.get(own.channel);
    if (mark?.strong?.by !== undefined) return { kind: 'declared', ...mark.strong };
    if (common !== undefined) return { kind: isStrong(common) ? 'declared' : 'waived' };
    return { kind: mark !== undefined && mark.weak && !mark.open ? 'waived' : 'undeclared' };
  };
  const ofChannel = (channel: Channel): Wish => {
    const marks = [up.get(channel), down.get(channel)].filter((m) => m !== undefined);
    const strong = marks.find((m) => m.strong !== undefined)?.strong;
    if (strong !== undefined) return { kind: 'declared', ...strong };
    return { kind: marks.some((m) => m.weak) && !marks.some((m) => m.open) ? 'waived' : 'undeclared' };
  };
  return {
    publish: (publish) => edge(publish, down),
    consume: (consume) => edge(consume, up),
    channel: ofChannel,
    broker: ({ channels }) => {
      const wishes = channels.map(ofChannel);
      const waived = wishes.length > 0 && wishes.every((wish) => wish.kind === 'waived');
      return wishes.find((wish) => wish.kind === 'declared') ?? { kind: waived ? 'waived' : 'undeclared' };
    },
  };
}

/**
 * What the publishes (carried forward along routes) or the consumes (carried backward) of each
 * channel want. Dead letters are left out: who drains them says nothing of the messages that arrive.
 */
function spread(model: FlowModel, side: 'publishes' | 'consumes', common: Guarantee | undefined): Map<Channel, Mark> {
  const marks = new Map<Channel, Mark>();
  const waiting: Channel[] = [];
  for (const channel of model.channels) {
    const edges = channel[side];
    if (edges.length === 0) continue;
    const mark: Mark = { weak: false, open: false };
    for (const { settings, service } of edges) {
      const wanted = settings.guarantee?.value ?? common;
      if (wanted === undefined) mark.open = true;
      else if (isStrong(wanted)) mark.strong ??= { by: settings.guarantee, who: service.name };
      else mark.weak = true;
    }
    marks.set(channel, mark);
    waiting.push(channel);
  }
  while (waiting.length > 0) {
    const channel = waiting.pop()!;
    const mark = marks.get(channel)!;
    for (const route of side === 'publishes' ? channel.routesOut : channel.routesIn) {
      if (route.kind === 'dead-letter') continue;
      const next = side === 'publishes' ? route.to : route.from;
      const before = marks.get(next) ?? { weak: false, open: false };
      const after: Mark = {
        strong: before.strong ?? mark.strong, weak: before.weak || mark.weak, open: before.open || mark.open,
      };
      if (marks.has(next) && before.strong === after.strong && before.weak === after.weak && before.open === after.open) continue;
      marks.set(next, after);
      waiting.push(next);
    }
  }
  return marks;
}

function isStrong(guarantee: Guarantee): boolean {
  return guarantee === 'at-least-once' || guarantee === 'exactly-once';
}

/** How firm the ground of a finding is: written in a file, a known client's default, or assumed. */
export type Origin = 'written' | 'default' | 'assumed';

/**
 * The severity of a weak setting: the rule's own where the wish is declared (one step lower if the
 * default is only assumed), one step lower where nobody declares a wish but the weak value is
 * written, an information for a known default, nothing where the wish is waived.
 */
export function judge(severity: Severity, wish: Wish, origin: Origin): Severity | undefined {
  if (wish.kind === 'waived') return undefined;
  if (wish.kind === 'declared') return origin === 'assumed' ? lower(severity) : severity;
  if (origin === 'written') return lower(severity);
  return origin === 'default' ? 'info' : undefined;
}

/** One step down; an information stays one. */
export function lower(severity: Severity): Severity {
  return severity === 'error' ? 'warning' : 'info';
}

/** The place that a finding rests on besides its own: where the guarantee is declared. */
export function wishRelated(wish: Wish): { at: Sourced<unknown>['at']; message: string }[] | undefined {
  if (wish.kind !== 'declared' || wish.by === undefined) return undefined;
  return [{ at: wish.by.at, message: `${wish.who ?? 'somebody'} declares ${wish.by.value} here` }];
}
