import assert from 'node:assert/strict';
import { findAvro } from '../../../scripts/setup/avro-home.mjs';
import { notRun } from '../../support/not-run';
import { findingsOf, javaOf } from './judges';

const field = (type: string): string => `{ "type": "record", "name": "Order", "fields": [{ "name": "at", "type": ${type} }] }`;
const long = (logicalType: string): string => field(`{ "type": "long", "logicalType": "${logicalType}" }`);
const decimal = (scale: number): string => field(`["null", { "type": "bytes", "logicalType": "decimal", "precision": 9, "scale": ${scale} }]`);
const told = (previous: string, current: string): string[] => findingsOf(previous, current).map(({ severity, direction, check }) => `${severity} ${direction} ${check}`);
const both = (severity: string): string[] => ['backward', 'forward'].map((direction) => `${severity} ${direction} LOGICAL_TYPE_CHANGED`);

describe('Avro: logical types', () => {
  it('count in other units, or with another scale', () => {
    assert.deepEqual(told(long('timestamp-millis'), long('timestamp-micros')), both('error'));
    assert.deepEqual(told(decimal(2), decimal(3)), both('error'), 'in a union, too');
    assert.deepEqual(told(field('{ "type": "int", "logicalType": "time-millis" }'), long('time-micros')).slice(0, 1), ['error backward LOGICAL_TYPE_CHANGED']);
    const fixed = (scale: number): string => field(`{ "type": "fixed", "name": "F", "size": 4, "logicalType": "decimal", "precision": 9, "scale": ${scale} }`);
    assert.deepEqual(told(fixed(0), fixed(2)), both('error'));
  });

  it('mean something else', () => {
    assert.deepEqual(told(long('timestamp-millis'), long('local-timestamp-millis')), both('warning'));
  });

  it('may come and go, and be said otherwise', () => {
    assert.deepEqual(told(long('timestamp-millis'), field('"long"')), []);
    assert.deepEqual(told(field('"string"'), field('{ "type": "string", "logicalType": "uuid" }')), []);
    assert.deepEqual(told(decimal(0), decimal(0).replace(', "scale": 0', '')), []);
    assert.deepEqual(told(decimal(2), decimal(2)), []);
  });

  it('are left out of account by the reference implementation, so that nobody else tells', async function () {
    this.timeout(60_000);
    const avro = await findAvro() ?? notRun(this, 'Avro’s reference implementation or a Java that compiles is missing', 'node scripts/setup/brokers.mjs');
    const pairs = [[long('timestamp-millis'), long('timestamp-micros')], [decimal(2), decimal(3)]] as const;
    assert.deepEqual(javaOf(avro, pairs.map(([writer, reader]) => ({ writer, reader }))), ['-', '-']);
  });
});
