import type { Probe } from './tapProbe';

/** What a tap made of numbered messages. */
export interface Account {
  readonly missing: number[];
  readonly twice: number[];
  /** Gaps or duplicates of which the tap said nothing. */
  readonly unreported: number;
  /** Times that the tap said it may have missed something. */
  readonly notices: number;
}

/** Compares what was published, from 1 to `sent`, with what a tap gave and said. */
export function account(p: Probe, sent: number): Account {
  const seen = new Map<number, number>();
  for (const value of p.values()) seen.set(Number(value), (seen.get(Number(value)) ?? 0) + 1);
  const missing = Array.from({ length: sent }, (_, n) => n + 1).filter((n) => !seen.has(n));
  const twice = [...seen].filter(([, count]) => count > 1).map(([n]) => n);
  const counted = p.drops.reduce((sum, d) => sum + d.count, 0);
  const open = p.drops.some((d) => d.count === 0);
  return {
    missing,
    twice,
    unreported: twice.length + (open ? 0 : Math.max(0, missing.length - counted)),
    notices: p.drops.length,
  };
}

/** Publishes 1, 2, 3, … one after another, as often as it is told to. */
export class Numbers {
  sent = 0;
  private running: Promise<void> | undefined;
  private going = false;

  /** @param publish settles when the broker has the number */
  constructor(private readonly publish: (n: number) => Promise<unknown>) {}

  async send(count: number): Promise<void> {
    for (let n = 0; n < count; n++) {
      await this.publish(this.sent + 1);
      this.sent++;
    }
  }

  /** Goes on until `pause`. */
  start(): void {
    this.going = true;
    this.running = (async () => {
      while (this.going) await this.send(1);
    })();
  }

  async pause(): Promise<void> {
    this.going = false;
    await this.running;
  }
}
