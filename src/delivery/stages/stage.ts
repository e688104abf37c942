import type { Channel, Consume, Publish, Route, Service } from '../../model/model';
import { valueWords } from '../../model/settingWords';
import type { Setting } from '../../model/settings';
import type { SourceRange } from '../../text/range';
import type { FlowSetting, Hazard, SettingOwner } from '../guarantee';
import { explore, type Exploration, type Machine, type Role } from '../machines/explore';

export type Value = string | number | boolean;

/** A value that a setting may take instead, in the order from what promises least to what promises most. */
export interface Choice {
  readonly value: Value;
  /** What it costs, as the end of "it": `adds a round trip to the followers`. */
  readonly cost?: string;
  /** True where the program must do something that no setting does for it. */
  readonly needsCode?: boolean;
}

/** A setting that a stage rests on, with the value that it reckons with and those that it could have. */
export interface Knob extends FlowSetting {
  readonly value: Value;
  /** Weakest first; empty where nothing else can be chosen. */
  readonly choices: readonly Choice[];
}

/** One part of a flow: a machine, and which of the flow's stations its roles are. */
export interface Stage {
  readonly stations: Readonly<Record<Role, number>>;
  readonly knobs: readonly Knob[];
  readonly exploration: Exploration;
  /** How a message passes where nothing goes wrong: sentences for the beginning of later stages' stories. */
  readonly passing: string;
}

/** What a stage is made of; changed copies of the model's entities where somebody asks "what if". */
export interface View {
  readonly publish: Publish;
  readonly consume: Consume;
  readonly channels: readonly Channel[];
  readonly routes: readonly Route[];
  readonly via: readonly { readonly consume: Consume; readonly publish: Publish }[];
}

/** Collects the settings that a stage looks at. */
export class Knobs {
  readonly list: Knob[] = [];

  constructor(
    private readonly owner: SettingOwner, private readonly subject: string, private readonly station: number, private readonly into?: Knobs,
  ) {}

  /** Notes a setting and gives the value to reckon with: its own, else the weakest. */
  take<T extends Value>(key: string, setting: Setting<T> | undefined, weakest: T, choices: readonly (Choice & { readonly value: T })[] = []): T {
    const known = setting !== undefined && setting.from !== 'unknown' && !(typeof setting.value === 'number' && Number.isNaN(setting.value));
    const value = known ? setting.value : weakest;
    const knob: Knob = {
      key, owner: this.owner, subject: this.subject, station: this.station,
      setting: known ? setting : { from: 'unknown' }, value, taken: valueWords(key, value), choices,
    };
    this.list.push(knob);
    this.into?.list.push(knob);
    return value;
  }

  /** The same for what is only declared and has no default that anybody documents: absence is a plain `absent`. */
  declared<T extends Value>(
    key: string, said: { readonly value: T; readonly at: SourceRange } | undefined, absent: T, choices: readonly (Choice & { readonly value: T })[] = [],
  ): T {
    if (said !== undefined) return this.take(key, { from: 'declared', ...said }, absent, choices);
    return this.take(key, { from: 'default', value: absent, of: 'a flow that does not say it', source: '' }, absent, choices);
  }
}

const explorations = new Map<string, Exploration>();

/** A machine that is asked for some hazards; `spec` is all that it is made of, besides its kind. */
interface Part {
  readonly wanted: readonly Hazard[];
  readonly spec: object;
  machine(): Machine<unknown>;
}

/** Explores machines, each once for each distinct specification, however many flows have it. */
export function explored(kind: string, ...parts: readonly Part[]): Exploration {
  const [first, ...others] = parts.map((part) => exploredPart(kind, part));
  if (others.length === 0) return first!;
  const all = [first!, ...others];
  return {
    found: Object.assign({}, ...all.map(({ found }) => found)) as Exploration['found'],
    states: all.reduce((sum, { states }) => sum + states, 0),
    isBounded: all.some(({ isBounded }) => isBounded),
  };
}

function exploredPart(kind: string, { wanted, spec, machine }: Part): Exploration {
  const key = `${kind} ${wanted.join()} ${JSON.stringify(spec)}`;
  let known = explorations.get(key);
  if (known === undefined) {
    known = explore(machine(), wanted);
    // Half-typed durations come by in an editor; the store must not grow with them.
    if (explorations.size >= 5000) explorations.clear();
    explorations.set(key, known);
  }
  return known;
}

/** How many distinct specifications were explored so far, and how many states in all. */
export function explorationFigures(): { readonly specifications: number; readonly states: number } {
  let states = 0;
  for (const exploration of explorations.values()) states += exploration.states;
  return { specifications: explorations.size, states };
}

/** Notes by what a consumer recognises messages that come twice: it clears repetitions of the whole flow. */
export function noteDeduplication(consume: Consume, own: Knobs): void {
  own.declared('idempotentBy', consume.settings.idempotentBy, '', [
    { value: '' }, { value: 'the message\'s id', needsCode: true, cost: 'makes the program keep what it has worked on, in the store of its effect' },
  ]);
}

export function instancesOf(service: Service): number {
  const said = service.instances?.value;
  return said === undefined || Number.isNaN(said) ? 1 : said;
}
