import { Signal } from './signal';

/** What the law needs to know of a way to a broker. */
export interface Writable {
  /** Stands for the connection or the declared broker, the same in each of its ways. */
  readonly key: string;
  readonly environment?: string;
}

/**
 * Who may write. A way to a broker is read-only unless its environment is development or the user has lifted that for
 * this session: what is lifted is kept in memory alone, so that it ends with the window.
 */
export class WriteLaw {
  private readonly lifted = new Set<string>();
  private readonly changed = new Signal<void>();
  readonly onChanged = this.changed.on;

  /** The one question that publishing, replaying and redriving have to ask before they write. */
  mayWrite(way: Writable): boolean {
    return isDevelopment(way.environment) || this.lifted.has(way.key);
  }

  /** True where the user has allowed it and the environment does not. */
  isLifted(way: Writable): boolean {
    return !isDevelopment(way.environment) && this.lifted.has(way.key);
  }

  /** Only after the user has been told what it is about, and has agreed. */
  lift(way: Writable): void {
    this.lifted.add(way.key);
    this.changed.fire();
  }

  restore(way: Writable): void {
    if (this.lifted.delete(way.key)) this.changed.fire();
  }
}

/** True where nobody but the developer is disturbed by what is written. */
export function isDevelopment(environment: string | undefined): boolean {
  return /^(dev|develop|development|local)$/i.test(environment?.trim() ?? '');
}
