import type { SourceRange } from '../../text/range';
import type { CompatDirection, CompatFinding } from '../compat';

/** Two versions of something: whose data is read, and who reads it. */
export interface Pair<T> {
  readonly writer: T;
  readonly reader: T;
}

/** Findings of one direction. What is said of writer and reader is turned here into before and after. */
export class Findings {
  readonly list: CompatFinding[] = [];

  constructor(readonly direction: CompatDirection) {}

  get isBackward(): boolean {
    return this.direction === 'backward';
  }

  /** The two in the order of time. */
  inTime<T>({ writer, reader }: Pair<T>): { readonly previous: T; readonly current: T } {
    return this.isBackward ? { previous: writer, current: reader } : { previous: reader, current: writer };
  }

  /** Who is in trouble, as the end of a sentence. */
  get who(): string {
    return this.isBackward
      ? 'consumers of the new version misread what was written with the earlier one'
      : 'consumers of the earlier version misread what is written with the new one';
  }

  add(finding: Omit<CompatFinding, 'direction' | 'at' | 'beforeAt'> & { readonly at: SourceRange; readonly beforeAt?: SourceRange | undefined }): void {
    const { beforeAt, ...rest } = finding;
    this.list.push({ ...rest, direction: this.direction, ...(beforeAt === undefined ? {} : { beforeAt }), message: `${rest.message}.`, advice: `${rest.advice}.` });
  }
}
