import assert from 'node:assert/strict';
import { faultKey, faultSentence } from '../../src/extension/faultWords';
import type { FaultCount } from '../../src/protocol/tail';

const fault: FaultCount = {
  channel: 'orders.placed', contract: 'OrderPlaced', version: '2', verdict: 'violates', path: '', reason: 'has no order_id, which is required', count: 3, of: 1000, last: 7,
};

describe('a fault in the Problems list', () => {
  it('says how many messages of how many, and what they lack', () => {
    assert.equal(faultSentence(fault), '3 of the last 1,000 messages on orders.placed lack order_id, which OrderPlaced@2 requires.');
    assert.equal(faultSentence({ ...fault, count: 1, path: '/lines/*' }), '1 of the last 1,000 messages on orders.placed lacks order_id at /lines/*, which OrderPlaced@2 requires.');
  });

  it('says else what is wrong and where', () => {
    assert.equal(faultSentence({ ...fault, path: '/total', reason: 'must be at least 0' }), '3 of the last 1,000 messages on orders.placed violate OrderPlaced@2 at /total: must be at least 0.');
    assert.equal(
      faultSentence({ ...fault, verdict: 'undecodable', reason: 'the text ends too early.', count: 1, of: 1 }),
      'The only message on orders.placed cannot be decoded by OrderPlaced@2: the text ends too early.',
    );
  });

  it('is the same one however often it was seen', () => {
    assert.equal(faultKey({ ...fault, count: 9, of: 2000, last: 1 }), faultKey(fault));
    assert.notEqual(faultKey({ ...fault, path: '/x' }), faultKey(fault));
  });
});
