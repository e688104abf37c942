import type { AvroType } from '../../contracts/avro/schema';
import { instantOf, instantText } from '../instant';

type Unit = { readonly is: 'date' } | { readonly is: 'time' | 'instant' | 'local'; readonly digits: 3 | 6 | 9 };

/** Logical types of whole numbers that are times, by the type that they mark; others are numbers (Avro 1.12, "Logical Types"). */
const units: Readonly<Record<string, Unit>> = {
  'int date': { is: 'date' },
  'int time-millis': { is: 'time', digits: 3 },
  'long time-micros': { is: 'time', digits: 6 },
  'long timestamp-millis': { is: 'instant', digits: 3 },
  'long timestamp-micros': { is: 'instant', digits: 6 },
  'long timestamp-nanos': { is: 'instant', digits: 9 },
  'long local-timestamp-millis': { is: 'local', digits: 3 },
  'long local-timestamp-micros': { is: 'local', digits: 6 },
  'long local-timestamp-nanos': { is: 'local', digits: 9 },
};

const DAY = 86_400;

function unitOf(type: AvroType & { kind: 'primitive' }): Unit | undefined {
  return type.logicalType === undefined ? undefined : units[`${type.type} ${type.logicalType}`];
}

/** A date or time as people write it, with as many digits as make it the same number again; undefined where it is none, or too far away. */
export function timeText(type: AvroType & { kind: 'primitive' }, value: number | bigint): string | undefined {
  const unit = unitOf(type);
  if (!unit) return undefined;
  if (unit.is === 'date') return instantText(Number(value) * DAY, '')?.slice(0, 10);
  const parts = 10 ** unit.digits;
  const whole = typeof value === 'number' ? Math.floor(value / parts) : Number((value - mod(value, BigInt(parts))) / BigInt(parts));
  const rest = typeof value === 'number' ? value - whole * parts : Number(mod(value, BigInt(parts)));
  if (unit.is === 'time' && (whole < 0 || whole >= DAY)) return undefined;
  const text = instantText(whole, String(rest).padStart(unit.digits, '0'));
  return unit.is === 'instant' ? text && `${text}Z` : unit.is === 'time' ? text?.slice(11) : text;
}

/** The number of a text as `timeText` gives it; undefined where it is none, or has more digits than the type can hold. */
export function timeNumber(type: AvroType & { kind: 'primitive' }, text: string): bigint | undefined {
  const unit = unitOf(type);
  if (!unit) return undefined;
  const full = unit.is === 'date' ? `${text}T00:00:00` : unit.is === 'time' ? `1970-01-01T${text}` : text;
  const found = instantOf(full, unit.is === 'instant' ? 'zone' : 'none');
  if (!found) return undefined;
  if (unit.is === 'date') return found.seconds % DAY === 0 ? BigInt(found.seconds / DAY) : undefined;
  const step = 10 ** (9 - unit.digits);
  if (found.nanos % step !== 0) return undefined;
  return BigInt(found.seconds) * BigInt(10 ** unit.digits) + BigInt(found.nanos / step);
}

/** What else than a number may be written, as the end of a sentence. */
export function timeWords(type: AvroType & { kind: 'primitive' }): string {
  const unit = unitOf(type);
  if (!unit) return '';
  const example = timeText(type, unit.is === 'date' ? 20_484 : BigInt(unit.is === 'time' ? 43_200 : 1_769_860_800) * BigInt(10 ** unit.digits));
  return `, or a ${unit.is === 'date' ? 'date' : unit.is === 'time' ? 'time of day' : 'time'} as ${example}`;
}

/** What is above a multiple, also of what is below zero. */
function mod(value: bigint, by: bigint): bigint {
  return ((value % by) + by) % by;
}
