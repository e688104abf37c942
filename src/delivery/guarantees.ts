import type { FlowModel } from '../model/model';
import type { Guarantee } from '../model/settings';
import { isKnown } from './assemble';
import { changed, type Change } from './change';
import { derive, settingsOf, type Derived } from './derive';
import { flowsOf } from './flows';
import { fallsShort, type Flow, type FlowGuarantee, type FlowSetting } from './guarantee';
import type { Knob } from './stages/stage';

export type { Change } from './change';

export interface GuaranteeOptions {
  /** The guarantee of publishes and consumes that declare none: `guarantee` of the configuration. */
  readonly guarantee?: Guarantee;
}

const known = new WeakMap<FlowModel, Map<string, readonly FlowGuarantee[]>>();

/** What each flow of a model really gives, as far as its protocol is known; sorted by the flows' ids. Made once a model. */
export function guaranteesOf(model: FlowModel, { guarantee }: GuaranteeOptions = {}): readonly FlowGuarantee[] {
  let own = known.get(model);
  if (own === undefined) known.set(model, (own = new Map()));
  const key = guarantee ?? '';
  let found = own.get(key);
  if (found === undefined) own.set(key, (found = flowsOf(model).filter(isKnown).map((flow) => new Guaranteed(flow, declaredOf(flow, guarantee)))));
  return found;
}

/** A flow's guarantee, derived when somebody asks: rules ask for flows that declare one only. */
class Guaranteed implements FlowGuarantee {
  private known: Derived | undefined;

  constructor(readonly flow: Flow, readonly declared: FlowGuarantee['declared']) {}

  private get all(): Derived {
    return (this.known ??= derive(this.flow));
  }

  get derived(): Guarantee {
    return this.all.derived;
  }

  get hazards(): FlowGuarantee['hazards'] {
    return this.all.hazards;
  }

  get decidedBy(): FlowGuarantee['decidedBy'] {
    // Who rules out that anything comes twice asks for that story, whatever else may become of a message.
    const isOnce = this.declared?.value === 'at-most-once' && fallsShort('at-most-once', this.derived);
    return isOnce ? 'duplication' : this.all.decidedBy;
  }

  get settings(): readonly Knob[] {
    return settingsOf(this.flow);
  }

  get isBounded(): boolean {
    return this.all.isBounded;
  }
}

/** The consumer's word is of the whole flow, as the effect happens there; without it, the publisher's counts. */
function declaredOf({ publish, consume }: Flow, common: Guarantee | undefined): FlowGuarantee['declared'] {
  for (const { settings, service } of [consume, publish]) {
    if (settings.guarantee !== undefined) return { value: settings.guarantee.value, by: settings.guarantee, who: service.name };
  }
  return common === undefined ? undefined : { value: common };
}

/** The same flow with other settings. */
export function whatIf(guarantee: FlowGuarantee, changes: readonly Change[]): FlowGuarantee {
  return new Guaranteed(changed(guarantee.flow, changes), guarantee.declared);
}

export interface SettingChoices {
  readonly setting: FlowSetting;
  /** Weakest first; the present value is among them. */
  readonly values: readonly { readonly value: string | number | boolean; readonly words: string; readonly cost?: string }[];
}

/** What can be changed in a flow. */
export function choicesOf({ settings }: FlowGuarantee): readonly SettingChoices[] {
  return (settings as readonly Knob[]).flatMap((knob) => {
    if (knob.choices.length < 2) return [];
    const values = knob.choices.some(({ value }) => value === knob.value) ? knob.choices : [...knob.choices, { value: knob.value }];
    return [{
      setting: knob,
      values: values.map((choice) => ({ value: choice.value, words: String(choice.value), ...(choice.cost === undefined ? {} : { cost: choice.cost }) })),
    }];
  });
}

export { repairOf, repairTo, type Repair, type RepairChange } from './repair';
