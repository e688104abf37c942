import { hazards, type Faults, type Flow, type FlowGuarantee, type Hazard } from '../../src/delivery/guarantee';
import { lint } from '../../src/lint/run';
import type { Guarantee } from '../../src/model/settings';
import { LineIndex } from '../../src/text/lineIndex';
import { checklistOf } from '../../src/report/build';
import type { Checklist, PointId } from '../../src/report/checklist';
import { fixtureModel, type FixtureModel } from '../support/fixture';

export interface Given {
  readonly derived?: Guarantee;
  readonly faults?: Partial<Record<Hazard, Faults>>;
  readonly change?: (guarantee: FlowGuarantee) => FlowGuarantee;
  readonly exists?: (path: string) => boolean;
  readonly isOff?: (rule: string) => boolean;
}

/** The flows of one channel each, with a guarantee made by hand: these tests are about the checklist, not the engine. */
export function oneHop(f: FixtureModel, given: Given = {}): FlowGuarantee[] {
  return f.model.channels.flatMap((channel) => channel.publishes.flatMap((publish) => channel.consumes.map((consume) => {
    const flow: Flow = {
      id: `${publish.service.name} > ${channel.id} > ${consume.service.name}`, publish, consume,
      stations: [
        { kind: 'publisher', service: publish.service }, { kind: 'channel', channel }, { kind: 'consumer', service: consume.service },
      ],
      channels: [channel], routes: [], via: [],
    };
    const by = consume.settings.guarantee ?? publish.settings.guarantee;
    const who = (consume.settings.guarantee === undefined ? publish : consume).service.name;
    const guarantee: FlowGuarantee = {
      flow,
      ...(by === undefined ? {} : { declared: { value: by.value, by, who } }),
      derived: given.derived ?? 'at-least-once',
      hazards: Object.fromEntries(hazards.map((h) =>
        [h, { faults: given.faults?.[h] ?? null, trace: [], deciding: [] }])) as unknown as FlowGuarantee['hazards'],
      settings: [], isBounded: false,
    };
    return given.change?.(guarantee) ?? guarantee;
  })));
}

export function checklist(files: string, given: Given = {}): { readonly fixture: FixtureModel; readonly made: Checklist } {
  const fixture = fixtureModel(files);
  const problems = lint(fixture.model, undefined, { text: fixture.text });
  return { fixture, made: checklistOf(fixture.model, { guarantees: oneHop(fixture, given), problems, exists: given.exists, isOff: given.isOff }) };
}

/** What the first flow's point says: `status | evidence | text at the place, line | next`. */
export function point(files: string, id: PointId, given: Given = {}): string {
  const { fixture, made } = checklist(files, given);
  const answer = made.flows[0]?.answers.find((one) => one.id === id);
  if (answer === undefined) return 'no flow';
  const { status, evidence, at, next } = answer;
  const text = at && fixture.text(at.file);
  const place = at && text !== undefined
    ? `${text.slice(at.start, at.end).split('\n')[0]} :${new LineIndex(text).position(at.start).line + 1}` : '';
  return [status, evidence, place, next ?? ''].join(' | ');
}
