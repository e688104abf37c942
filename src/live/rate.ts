/** Messages a second over the last seconds. */
export class Rate {
  private readonly counts = new Map<number, number>();

  add(count: number, now = Date.now()): void {
    const second = Math.floor(now / 1000);
    this.counts.set(second, (this.counts.get(second) ?? 0) + count);
  }

  /** The mean of the last three whole seconds, or of what there is of the first. */
  perSecond(now = Date.now()): number {
    const second = Math.floor(now / 1000);
    let sum = 0;
    for (const [at, count] of this.counts) {
      if (at < second - 3) this.counts.delete(at);
      else if (at < second) sum += count;
    }
    return sum > 0 ? sum / 3 : (this.counts.get(second) ?? 0);
  }
}
