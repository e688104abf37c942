import type { Flow, Hazard, Station, TraceStep } from './guarantee';
import type { StepDraft } from './machines/explore';
import type { Stage } from './stages/stage';

/**
 * A stage's story as one of the whole flow: how the message came there, what happens there, and what that means for
 * the consumer.
 */
export function storyOf(flow: Flow, stages: readonly Stage[], at: number, hazard: Hazard, steps: readonly StepDraft[]): TraceStep[] {
  const passed = stages.slice(0, at).flatMap((stage): TraceStep[] => {
    if (stage.passing === '') return [];
    const { source, channel, target } = stage.stations;
    const isRead = stage.passing.startsWith('{target}');
    return [{
      text: filled(stage.passing, flow, stage), kind: isRead ? 'process' : source === channel ? 'hand-on' : 'send', message: 1,
      from: isRead ? target : source, to: source === channel || isRead ? target : channel,
    }];
  });
  const stage = stages[at]!;
  const own = steps.map(({ text, kind, from, to, message, replica, inVain }): TraceStep => ({
    text: filled(text, flow, stage), kind, from: stage.stations[from], to: stage.stations[to],
    ...(message === undefined ? {} : { message }), ...(replica === undefined ? {} : { replica }),
    ...(inVain && { inVain }),
  }));
  return [...passed, ...own.map(asRepeated), outcome(flow, stage, hazard)];
}

/** A message that was sent before is sent again: machines remember no more of it than what is on its way. */
function asRepeated(step: TraceStep, i: number, steps: readonly TraceStep[]): TraceStep {
  const isAgain = step.kind === 'send' && steps.some((other, j) => j < i && other.kind === 'send' && other.message === step.message);
  return isAgain ? { ...step, kind: 'retry', text: step.text.replace(/\.$/, ' again.') } : step;
}

function filled(text: string, flow: Flow, stage: Stage): string {
  return text.replace(/\{(source|channel|target)\}/g, (_, role: 'source' | 'channel' | 'target') => nameOf(flow.stations[stage.stations[role]]));
}

/** A service's name, or a channel's address. */
export function nameOf(station: Station | undefined): string {
  if (station === undefined) return '?';
  return station.kind === 'channel' ? station.channel.address || 'the default exchange' : station.service.name;
}

function outcome(flow: Flow, stage: Stage, hazard: Hazard): TraceStep {
  const last = flow.stations.length - 1;
  const consumer = nameOf(flow.stations[last]);
  const at = { channel: stage.stations.channel, last };
  switch (hazard) {
    case 'loss': return { kind: 'outcome', message: 1, from: at.channel, to: last, text: `m1 is gone: ${consumer} never works on it to the end.` };
    case 'duplication': return { kind: 'outcome', message: 1, from: at.channel, to: last, text: `${consumer} has worked on m1 twice.` };
    case 'reordering': return { kind: 'outcome', message: 2, from: at.channel, to: last, text: `${consumer} has worked on m2 before m1.` };
    case 'blocking': return {
      kind: 'outcome', from: at.channel, to: at.channel, text: `Nothing goes on at ${nameOf(flow.stations[at.channel])} until somebody steps in.`,
    };
  }
}
