import assert from 'node:assert/strict';
import { decoderFor } from '../../src/codecs/decoder';
import { jsonFormats } from '../../src/codecs/jsonFormats';
import type { TailContract } from '../../src/protocol/tail';

const examples: Readonly<Record<string, { readonly good: readonly string[]; readonly bad: readonly string[] }>> = {
  'date-time': {
    good: ['1985-04-12T23:20:50.52Z', '1996-12-19T16:39:57-08:00', '1990-12-31T23:59:60Z', '2024-02-29t00:00:00z'],
    bad: ['1985-04-12', '1985-04-12T23:20:50', '1985-04-31T23:20:50Z', '1985-04-12 23:20:50Z', '2023-02-29T00:00:00Z', '1985-04-12T24:00:00Z', ''],
  },
  date: { good: ['2024-02-29'], bad: ['2023-02-29', '24-02-29', '2024-13-01', '2024-2-9'] },
  time: { good: ['08:30:06.283185Z', '00:00:00+01:30'], bad: ['08:30:06', '8:30:06Z', '08:60:06Z', '08:30:06+24:00'] },
  email: { good: ['joe.bloggs@example.com', '"joe bloggs"@example.com', 'te~st@example.com'], bad: ['2962', 'joe@', '@example.com', 'joe bloggs@example.com', 'a@b@c'] },
  uri: {
    good: ['http://foo.bar/?baz=qux#quux', 'urn:oasis:names:specification:docbook:dtd:xml:4.1.2', 'mailto:a@b.example', 'ldap://[2001:db8::7]/c=GB?objectClass?one'],
    bad: ['/abc', 'abc', '//foo.bar', 'http:// shouldfail.com', 'http://example.com/%zz', 'http://example.com/ü', ':// x'],
  },
  uuid: { good: ['2EB8AA08-AA98-11EA-B4AA-73B441D16380'], bad: ['2eb8aa08-aa98-11ea-b4aa-73b441d1638', '2eb8aa08aa9811eab4aa73b441d16380'] },
  ipv4: { good: ['192.168.0.1'], bad: ['127.0.0', '256.0.0.1', '1.2.3.4/24', '087.10.0.1'] },
  ipv6: { good: ['::1', '::abef', '1::d6:192.168.0.1'], bad: ['12345::', 'fe80::a%eth1', '127.0.0.1', ':2:3::x'] },
  hostname: { good: ['www.example.com', 'xn--4gbwdl.xn--wgbh1c', 'a', '1host'], bad: ['-bad', 'bad-', 'not_valid', 'a..b', '', `${'a'.repeat(64)}.com`] },
};

const contract = ($schema: string | undefined): TailContract => ({
  name: 'T', format: 'json-schema', message: '',
  files: [{ path: '/w/t.json', text: JSON.stringify({ ...($schema === undefined ? {} : { $schema }), properties: { at: { format: 'date' }, what: { format: 'of-nobody' } } }) }],
});

describe('JSON Schema: formats', () => {
  for (const [format, { good, bad }] of Object.entries(examples)) {
    it(`tells a ${format} from what is none`, () => {
      const isIt = jsonFormats[format]!;
      assert.deepEqual([good.filter((text) => !isIt(text)), bad.filter((text) => isIt(text))], [[], []]);
    });
  }

  it('are demanded up to draft-07 and noted from 2019-09 on', async () => {
    const value = Buffer.from('{"at":"2023-02-29","what":"x"}');
    for (const draft of ['http://json-schema.org/draft-04/schema#', 'http://json-schema.org/draft-06/schema#', 'http://json-schema.org/draft-07/schema#']) {
      const decoder = await decoderFor(contract(draft));
      const decoded = decoder.decode(value)!;
      assert.deepEqual([decoded.verdict, decoder.check(value), decoded.errors], ['violates', 'violates', ['/at is text of 10 characters, and must be a date, such as 2026-01-31.']], draft);
    }
    for (const draft of ['https://json-schema.org/draft/2019-09/schema', 'https://json-schema.org/draft/2020-12/schema', undefined]) {
      const decoder = await decoderFor(contract(draft));
      const decoded = decoder.decode(value)!;
      assert.deepEqual([decoded.verdict, decoder.check(value), decoded.errors], ['valid', 'valid', []], draft);
      assert.match(decoded.why, /formats for notes that nothing has to keep to: \/at is text of 10 characters, and must be a date, such as 2026-01-31\.$/);
      assert.doesNotMatch(decoder.decode(Buffer.from('{"at":"2024-02-29"}'))!.why, /formats/);
    }
  });
});
