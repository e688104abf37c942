/** Rising sequence numbers, pushed at the end and taken from the front, with access by position. */
export class SequenceList {
  private numbers = new Float64Array(256);
  private head = 0;
  private tail = 0;

  get length(): number {
    return this.tail - this.head;
  }

  at(n: number): number {
    return this.numbers[this.head + n]!;
  }

  push(value: number): void {
    if (this.tail === this.numbers.length) {
      // Either half of it is free at the front, or it is too small.
      const room =
        this.length * 2 > this.numbers.length ? new Float64Array(this.numbers.length * 2) : this.numbers;
      room.set(this.numbers.subarray(this.head, this.tail));
      this.tail -= this.head;
      this.head = 0;
      this.numbers = room;
    }
    this.numbers[this.tail++] = value;
  }

  shift(): void {
    this.head++;
  }

  clear(): void {
    this.head = 0;
    this.tail = 0;
    this.numbers = new Float64Array(256);
  }
}
