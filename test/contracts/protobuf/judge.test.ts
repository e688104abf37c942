import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CompatFinding } from '../../../src/contracts/compat';
import { checkProto } from '../../../src/contracts/protobuf/check';
import { parseProto } from '../../../src/contracts/protobuf/parse';
import { bufBreaking, bufBuilds, bufProgram } from '../../support/buf';
import { mutate, seeded } from '../../support/mutate';
import { notRun } from '../../support/not-run';
import { compareTwin, lineOf, twins, twinsFolder, type Side } from './twin';

type Level = 'WIRE' | 'WIRE_JSON';

/**
 * Where we and buf differ on whether something is to be told, and why. `>` is from previous to current, `<` the other way.
 * buf looks for what later readers misread; we tell of both directions, each finding by its own, and warn of what may go wrong.
 */
const disagreements: Readonly<Record<string, { readonly right: 'ours' | 'buf' | 'both'; readonly why: string }>> = {
  'enum-value-added > WIRE_JSON': { right: 'both', why: 'Earlier consumers refuse the new name in JSON: a warning in the direction forward, which buf does not look at.' },
  'enum-value-removed < WIRE_JSON': { right: 'both', why: 'As enum-value-added.' },
  'enum-value-removed-reserved > WIRE_JSON': { right: 'ours', why: 'Reserving a name does not make parsers take it: JSON with the removed name is refused (protobuf.dev, ProtoJSON Format).' },
  'enum-values-swapped > WIRE': { right: 'ours', why: 'Both numbers are still there, but mean one another.' },
  'enum-values-swapped < WIRE': { right: 'ours', why: 'Both numbers are still there, but mean one another.' },
  'message-set > WIRE': { right: 'ours', why: 'buf cannot build message sets, and so does not judge them.' },
  'message-set < WIRE': { right: 'ours', why: 'buf cannot build message sets, and so does not judge them.' },
  'message-set > WIRE_JSON': { right: 'ours', why: 'buf cannot build message sets, and so does not judge them.' },
  'message-set < WIRE_JSON': { right: 'ours', why: 'buf cannot build message sets, and so does not judge them.' },
  'number-changed-reserved > WIRE': { right: 'ours', why: 'Reserving the old number does not bring its values under the new one.' },
  'numbers-swapped > WIRE': { right: 'ours', why: 'Both numbers are still there with types that fit, but each value is read as the other one.' },
  'numbers-swapped < WIRE': { right: 'ours', why: 'Both numbers are still there with types that fit, but each value is read as the other one.' },
  'oneof-field-removed > WIRE': { right: 'ours', why: 'A schema registry refuses it (ONEOF_FIELD_REMOVED): the oneof is read as not set. buf is content with the reserved number.' },
  'oneof-field-removed > WIRE_JSON': { right: 'ours', why: 'A schema registry refuses it (ONEOF_FIELD_REMOVED): the oneof is read as not set. buf is content with the reserved number.' },
  'oneof-one-in > WIRE': { right: 'ours', why: 'One field into or out of a oneof of its own is safe for bytes and JSON (protobuf.dev, Updating A Message Type); only code notices.' },
  'oneof-one-in < WIRE': { right: 'ours', why: 'One field into or out of a oneof of its own is safe for bytes and JSON; only code notices.' },
  'oneof-one-in > WIRE_JSON': { right: 'ours', why: 'One field into or out of a oneof of its own is safe for bytes and JSON; only code notices.' },
  'oneof-one-in < WIRE_JSON': { right: 'ours', why: 'One field into or out of a oneof of its own is safe for bytes and JSON; only code notices.' },
  'oneof-renamed > WIRE': { right: 'ours', why: 'The name of a oneof is in neither bytes nor JSON; only code notices.' },
  'oneof-renamed < WIRE': { right: 'ours', why: 'The name of a oneof is in neither bytes nor JSON; only code notices.' },
  'oneof-renamed > WIRE_JSON': { right: 'ours', why: 'The name of a oneof is in neither bytes nor JSON; only code notices.' },
  'oneof-renamed < WIRE_JSON': { right: 'ours', why: 'The name of a oneof is in neither bytes nor JSON; only code notices.' },
  'package-changed > WIRE': { right: 'both', why: 'Bytes and JSON do not name the package, unless in google.protobuf.Any; we tell it at the level of source.' },
  'package-changed < WIRE': { right: 'both', why: 'Bytes and JSON do not name the package, unless in google.protobuf.Any; we tell it at the level of source.' },
  'package-changed > WIRE_JSON': { right: 'both', why: 'Bytes and JSON do not name the package, unless in google.protobuf.Any; we tell it at the level of source.' },
  'package-changed < WIRE_JSON': { right: 'both', why: 'Bytes and JSON do not name the package, unless in google.protobuf.Any; we tell it at the level of source.' },
  'scalar-bool > WIRE': { right: 'both', why: 'Readable, but a number read as bool is cut off: a warning.' },
  'scalar-bool < WIRE': { right: 'both', why: 'Readable, but a number read as bool is cut off: a warning.' },
  'scalar-enum > WIRE': { right: 'ours', why: 'Enums and integers are read as one another (protobuf.dev, Updating A Message Type; schema registries allow it).' },
  'scalar-enum < WIRE': { right: 'ours', why: 'Enums and integers are read as one another (protobuf.dev, Updating A Message Type; schema registries allow it).' },
  'scalar-sint-widened > WIRE': { right: 'both', why: 'Readable, but 64 bits read as 32 are cut off: a warning.' },
  'scalar-sint-widened < WIRE': { right: 'both', why: 'Readable, but 64 bits read as 32 are cut off: a warning.' },
  'scalar-widened > WIRE': { right: 'both', why: 'Readable, but 64 bits read as 32 are cut off: a warning.' },
  'scalar-widened < WIRE': { right: 'both', why: 'Readable, but 64 bits read as 32 are cut off: a warning.' },
  'string-bytes > WIRE': { right: 'both', why: 'Later readers are fine; earlier ones cannot read bytes that are no UTF-8: a warning in the direction forward.' },
};

/** Where both tell of a change, and buf points at another line. */
const otherLines: Readonly<Record<string, string>> = {
  'enum-value-aliased <': 'buf points at the name that is left of the number, we at the enum, which lost a name.',
  'enum-value-renumbered >': 'buf sees a value removed from the enum, we the new number of a value that is still there.',
  'enum-value-renumbered <': 'buf sees a value removed from the enum, we the new number of a value that is still there.',
  'field-removed-number-reserved <': 'buf points at the message, we at the field that uses what was reserved.',
  'number-changed >': 'buf sees a field removed from the message, we the new number of a field that is still there.',
  'number-changed <': 'buf sees a field removed from the message, we the new number of a field that is still there.',
  'number-changed-reserved >': 'buf sees a field removed from the message, we the new number of a field that is still there.',
  'number-changed-reserved <': 'buf sees a field removed from the message, we the new number of a field that is still there.',
  'oneof-into-existing >': 'buf points at each field, we at the oneof that they exclude one another in.',
  'oneof-many-in >': 'buf points at each field, we at the oneof that they exclude one another in.',
  'oneof-many-in <': 'buf points at each field, we at the first of those that do not exclude one another any more.',
  'required-changed <': 'buf points at the message, we at the field.',
  'reserved-used >': 'buf points at the message, we at the field that uses what was reserved.',
  'rpc-idempotency <': 'The option is gone: buf points at the start of the file, we at the rpc.',
  'rpc-idempotency >': 'buf points at the option, we at the rpc.',
};

const told = (findings: readonly CompatFinding[], level: Level): readonly CompatFinding[] =>
  findings.filter((f) => f.severity !== 'info' && (f.level === 'wire' || (level === 'WIRE_JSON' && f.level === 'json')));

describe('contracts: protobuf, judged by buf', () => {
  let buf = '';
  const met = new Set<string>();

  before(function () {
    buf = bufProgram() ?? notRun(this, 'buf is not there', 'npm ci, or https://buf.build/docs/cli/installation');
  });

  for (const name of twins) {
    it(`agrees on ${name}, or says why not`, () => {
      for (const [sign, from, to] of [['>', 'previous', 'current'], ['<', 'current', 'previous']] as const satisfies readonly (readonly [string, Side, Side])[]) {
        const { findings, files } = compareTwin(name, from, to);
        const jsonOnly = /_UNLESS_NAME_RESERVED|JSON|_SAME_NAME/;
        const judged = bufBreaking(buf, join(twinsFolder, name, from), join(twinsFolder, name, to), ['WIRE', 'WIRE_JSON']);
        if (name !== 'message-set') assert.equal(judged.failure, '');
        for (const level of ['WIRE', 'WIRE_JSON'] as const) {
          const [ours, theirs] = [told(findings, level), judged.findings.filter(({ type }) => level === 'WIRE_JSON' || !jsonOnly.test(type))];
          const [key, place] = [`${name} ${sign} ${level}`, `${name} ${sign}`];
          if ((ours.length > 0) !== (theirs.length > 0)) {
            met.add(key);
            assert.ok(disagreements[key] !== undefined, `${key}: ours ${ours.map((f) => f.check).join(', ') || 'nothing'}; buf ${theirs.map((f) => f.message).join(', ') || 'nothing'}`);
          } else if (theirs.length > 0) {
            const lines = ours.map((f) => lineOf(files, f));
            const other = theirs.find((f) => f.start_line !== undefined && !lines.includes(f.start_line));
            if (other !== undefined) {
              met.add(place);
              assert.ok(otherLines[place] !== undefined, `${key}: buf points at line ${other.start_line} (${other.message}), we at ${lines.join(', ')}`);
            }
          }
        }
      }
    });
  }

  it('finds nothing wrong in what buf builds, of 60 files that were broken at random', () => {
    const random = seeded(20_260_103);
    const folder = mkdtempSync(join(tmpdir(), 'tailrace-buf-'));
    let built = 0;
    try {
      for (let i = 0; i < 60; i++) {
        const text = mutate(readFileSync(join(twinsFolder, twins[i % twins.length]!, 'current', 'order.proto'), 'utf8'), random);
        writeFileSync(join(folder, 'order.proto'), text);
        if (!bufBuilds(buf, folder)) continue;
        built++;
        const parsed = parseProto(text);
        assert.deepEqual([...parsed.problems, ...checkProto(parsed)], [], text);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    assert.ok(built > 0);
  }).timeout(60_000);

  it('differs from buf in nothing that is not listed, and lists nothing else', () => {
    assert.deepEqual([...met].sort(), [...Object.keys(disagreements), ...Object.keys(otherLines)].sort());
  });
});
