import { isUtf8 } from 'node:buffer';
import type { Type } from 'protobufjs';
import { bytesAre, MAX_DEPTH, MAX_VALUES, pointerStep, type Fault } from '../decoded';
import { planOf, wireNames, type FieldPlan, type MessagePlan } from './plan';

export interface ProtobufWalk {
  /** What does not keep to the contract, though the bytes could be read. */
  readonly faults: readonly Fault[];
  /** Why the bytes are no such message. */
  readonly broken?: Fault;
  /** Nothing wrong was found up to here, but there is more of it than can be held. */
  readonly tooMuch?: string;
  /** Numbers of fields that the contract does not have, the first few. */
  readonly unknown: readonly number[];
}

const MAX_FAULTS = 5;
const MAX_UNKNOWN = 5;

/**
 * Goes over a message by its type and makes nothing of it: what it finds wrong has its place, and what
 * the library decodes afterwards is known to be bounded. Never throws.
 */
export function walkProtobuf(type: Type, bytes: Uint8Array): ProtobufWalk {
  const walk = new Walk(bytes);
  const found = { faults: walk.faults, unknown: walk.unknown };
  try {
    walk.message(planOf(type), bytes.length, 0, undefined);
    return found;
  } catch (stop) {
    if (stop instanceof TooMuch) return { ...found, tooMuch: stop.message };
    const reason = stop instanceof Stop ? stop.message : 'cannot be read';
    return { ...found, broken: { path: walk.pointer(), reason } };
  }
}

class Stop extends Error {}
class TooMuch extends Error {}

class Walk {
  readonly faults: Fault[] = [];
  readonly unknown: number[] = [];
  private readonly path: (string | number)[] = [];
  private at = 0;
  private left = MAX_VALUES;

  constructor(private readonly bytes: Uint8Array) {}

  pointer(): string {
    return this.path.map(pointerStep).join('');
  }

  /** Up to `end`, or up to the end of the group of this number. */
  message(plan: MessagePlan | undefined, end: number, depth: number, group: number | undefined): void {
    if (depth > MAX_DEPTH) throw new Stop(`is nested deeper than ${MAX_DEPTH} levels`);
    const seen = plan?.required.length ? new Set<number>() : undefined;
    let counts: Map<number, number> | undefined;
    for (;;) {
      if (this.at >= end) {
        if (group !== undefined) throw new Stop('is a group without an end');
        break;
      }
      const tag = this.varint(end, 'a tag');
      const id = Math.floor(tag / 8);
      const wire = tag % 8;
      if (id === 0 || id > MAX_FIELD) throw new Stop(`has the field number ${id} at byte ${this.at - 1}, which protobuf does not have`);
      if (wire === 4) {
        if (id !== group) throw new Stop(`has the end of a group ${id} that did not begin`);
        break;
      }
      if (wire > 5) throw new Stop(`has the wire type ${wire} at the field number ${id}, which protobuf does not have`);
      this.count();
      const field = plan?.fields.get(id);
      seen?.add(id);
      if (!field) {
        if (plan && this.unknown.length < MAX_UNKNOWN && !this.unknown.includes(id)) this.unknown.push(id);
        this.skip(id, wire, end, depth);
        continue;
      }
      const depthBefore = this.path.length;
      this.path.push(field.name);
      if (field.repeated) {
        counts ??= new Map();
        const index = counts.get(id) ?? 0;
        counts.set(id, index + 1);
        if (!(wire === 2 && field.packed)) this.path.push(index);
      }
      this.field(field, id, wire, end, depth);
      this.path.length = depthBefore;
    }
    if (plan && seen) {
      for (const { id, name } of plan.required) if (!seen.has(id)) this.fault(`has no ${name}, which is required`);
    }
  }

  private field(field: FieldPlan, id: number, wire: number, end: number, depth: number): void {
    if (wire === 2 && field.packed && field.wire !== 2) return this.packed(field, end);
    if (wire !== field.wire) {
      this.fault(`(field ${id}) comes as ${wireNames[wire]}, and the contract's ${field.type} is ${wireNames[field.wire]}`);
      return this.skip(id, wire, end, depth);
    }
    if (wire === 3) return this.message(field.message?.(), end, depth + 1, id);
    if (wire !== 2) return this.scalar(wire, end);
    const to = this.lengthEnd(end);
    if (field.message) this.message(field.message(), to, depth + 1, undefined);
    else if (field.utf8 && !isUtf8(this.bytes.subarray(this.at, to))) throw new Stop('is not UTF-8, which a string has to be');
    this.at = to;
  }

  private packed(field: FieldPlan, end: number): void {
    const to = this.lengthEnd(end);
    if (field.wire === 0) {
      for (; this.at < to; this.count()) this.varint(to, 'a number');
      return;
    }
    const size = field.wire === 5 ? 4 : 8;
    if ((to - this.at) % size !== 0) throw new Stop(`has ${to - this.at} packed bytes, which is no multiple of ${size}`);
    this.count((to - this.at) / size);
    this.at = to;
  }

  private skip(id: number, wire: number, end: number, depth: number): void {
    if (wire === 3) this.message(undefined, end, depth + 1, id);
    else if (wire === 2) this.at = this.lengthEnd(end);
    else this.scalar(wire, end);
  }

  private scalar(wire: number, end: number): void {
    if (wire === 0) return void this.varint(end, 'a number');
    const size = wire === 5 ? 4 : 8;
    if (this.at + size > end) throw new Stop(`needs ${size} bytes, and ${bytesAre(end - this.at)} left`);
    this.at += size;
  }

  private lengthEnd(end: number): number {
    const length = this.varint(end, 'a length');
    if (length > end - this.at) throw new Stop(`claims ${length} bytes, and ${bytesAre(end - this.at)} left`);
    return this.at + length;
  }

  /** Exact up to 53 bits, which is more than tags and lengths may have. */
  private varint(end: number, what: string): number {
    let value = 0;
    for (let n = 0, factor = 1; n < 10; n++, factor *= 128) {
      if (this.at >= end) throw new Stop(`ends within ${what}`);
      const b = this.bytes[this.at++]!;
      value += (b & 0x7f) * factor;
      if (b < 0x80) return value;
    }
    throw new Stop(`has ${what} of more than ten bytes`);
  }

  private count(values = 1): void {
    this.left -= values;
    if (this.left < 0) throw new TooMuch(`has more than ${MAX_VALUES} values`);
  }

  private fault(reason: string): void {
    if (this.faults.length < MAX_FAULTS) this.faults.push({ path: this.pointer(), reason });
  }
}

/** 2^29 - 1. https://protobuf.dev/programming-guides/proto3/#assigning */
const MAX_FIELD = 0x1fff_ffff;
