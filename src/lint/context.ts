import type { NamedBaseline } from '../contracts/against';
import type { ReadReference } from '../contracts/compat';
import type { Fact } from '../model/facts';
import type { FlowModel } from '../model/model';
import type { Guarantee } from '../model/settings';
import type { Naming } from './config';
import { wantsOf, type Wants } from './wants';

/** What files said in an earlier state, by their paths now: a commit, another folder. */
export interface EarlierFiles {
  /** As a sentence names that state: `main (0123456789)`. */
  readonly name: string;
  /** True if a file's text is what it was. */
  isSame(path: string): boolean;
  /** What a file said; nothing for a new one. */
  facts(path: string): readonly Fact[];
}

/** What a rule may know besides the model. */
export interface RuleContext {
  /** The environment of brokers that state none: `environment` of the configuration. */
  readonly environment?: string;
  /** The guarantee of publishes and consumes that declare none: `guarantee` of the configuration. */
  readonly guarantee?: Guarantee;
  /** What names of channels must look like: `naming` of the configuration. */
  readonly naming?: Naming;
  /** What people want of their messages, see `wants.ts`. */
  readonly wants: Wants;
  /** A file's text by its path: for comparing contracts, and for nothing else. */
  readonly contractText: ReadReference;
  /** What contracts were before, where somebody compares with that. */
  readonly baseline?: NamedBaseline;
  /** What files said before, where somebody compares with that. */
  readonly earlier?: EarlierFiles;
}

export interface ContextOptions {
  readonly environment?: string;
  /** The guarantee of publishes and consumes that declare none: `guarantee` of the configuration. */
  readonly guarantee?: Guarantee;
  readonly naming?: Naming;
  readonly contractText?: ReadReference;
  readonly baseline?: NamedBaseline;
  readonly earlier?: EarlierFiles;
}

export function ruleContext(model: FlowModel, options: ContextOptions = {}): RuleContext {
  const { environment, guarantee, naming, baseline, earlier } = options;
  return {
    environment, guarantee, naming, wants: wantsOf(model, guarantee), contractText: options.contractText ?? (() => undefined),
    ...(baseline === undefined ? {} : { baseline }),
    ...(earlier === undefined ? {} : { earlier }),
  };
}
