import type { FlowModel } from '../model/model';
import type { Guarantee } from '../model/settings';
import { wantsOf, type Wants } from './wants';

/** What a rule may know besides the model. */
export interface RuleContext {
  /** The environment of brokers that state none: `environment` of the configuration. */
  readonly environment?: string;
  /** What people want of their messages, see `wants.ts`. */
  readonly wants: Wants;
}

export interface ContextOptions {
  readonly environment?: string;
  /** The guarantee of publishes and consumes that declare none: `guarantee` of the configuration. */
  readonly guarantee?: Guarantee;
}

export function ruleContext(model: FlowModel, options: ContextOptions = {}): RuleContext {
  return { environment: options.environment, wants: wantsOf(model, options.guarantee) };
}
