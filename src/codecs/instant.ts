/** The seconds since 1970 of the years 1 to 9999, which RFC 3339 and protobuf's JSON can write. */
const FIRST = -62_135_596_800;
const LAST = 253_402_300_799;

/** Seconds since 1970 and what lies behind the point, as digits, as in RFC 3339 without its zone; undefined outside its years. */
export function instantText(seconds: number, fraction: string): string | undefined {
  if (!(seconds >= FIRST && seconds <= LAST)) return undefined;
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}${fraction === '' ? '' : `.${fraction}`}`;
}

/** What `instantText` gives, or any other moment of RFC 3339; one without a zone is taken as written. */
export function instantOf(text: string, zone: 'zone' | 'none'): { readonly seconds: number; readonly nanos: number } | undefined {
  const [, date, time, fraction = '', written = ''] = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)?$/.exec(text) ?? [];
  if (date === undefined || (written !== '') !== (zone === 'zone')) return undefined;
  const local = Date.parse(`${date}T${time}Z`);
  // A day that a month does not have would become one of the next month.
  if (Number.isNaN(local) || new Date(local).toISOString().slice(0, 19) !== `${date}T${time}`) return undefined;
  const [, sign, hours, minutes] = /^([+-])(\d\d):(\d\d)$/.exec(written) ?? [];
  if (Number(hours ?? 0) > 23 || Number(minutes ?? 0) > 59) return undefined;
  const shift = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * (sign === '-' ? -60 : 60);
  const seconds = local / 1000 - shift;
  return seconds >= FIRST && seconds <= LAST ? { seconds, nanos: Number(fraction.padEnd(9, '0')) } : undefined;
}
