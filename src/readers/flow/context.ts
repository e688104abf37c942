import type { Fact } from '../../model/facts';
import type { FileLink } from '../../model/reader';
import type { Problem } from '../../text/problem';
import type { SourceFile } from '../../text/sourceFile';
import type { ChannelIndex } from './channelIndex';

/** What the parts of the flow reader share while one file is read. */
export interface FlowContext {
  readonly file: SourceFile;
  readonly channels: ChannelIndex;
  readonly facts: Fact[];
  readonly problems: Problem[];
  readonly links: FileLink[];
}

export const dialect = 'flow';

/** An object with the key, or without it where there is no value: facts have no keys that are undefined. */
export function optional<K extends string, T>(key: K, value: T | undefined): { readonly [P in K]?: T } {
  return (value === undefined ? {} : { [key]: value }) as { readonly [P in K]?: T };
}
