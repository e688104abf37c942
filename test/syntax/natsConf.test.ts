import assert from 'node:assert/strict';
import { parseNatsConf } from '../../src/syntax/natsConf';
import { get, isScalar, type SyntaxNode } from '../../src/syntax/tree';
import { mutate, seeded } from '../support/mutate';

/** A tree as plain values. */
function plain(node: SyntaxNode | undefined): unknown {
  if (node === undefined) return null;
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'seq') return node.items.map(plain);
  return Object.fromEntries(node.entries.map((e) => [e.key.text, plain(e.value)]));
}

const parsed = (text: string): unknown => plain(parseNatsConf(text).roots[0]);
const problems = (text: string): string[] =>
  parseNatsConf(text).problems.map((p) => `${text.slice(p.start, p.end)}: ${p.message}`);

// What the server makes of these was tried with nats-server 2.9.10 (-t -c).
describe('nats configuration: syntax', () => {
  it('takes a colon, an equals sign or a blank, and ends a value with a line, a comma or a semicolon', () => {
    assert.deepEqual(parsed('port: 4222;host=localhost\nserver_name n1, debug true'), {
      port: 4222, host: 'localhost', server_name: 'n1', debug: true,
    });
    assert.deepEqual(parsed('{ "port": 4222, "host": "a" }'), { port: 4222, host: 'a' });
    assert.deepEqual(parsed('{ port: 4222 }\nhost: b'), { port: 4222, host: 'b' });
  });

  it('knows nested maps with or without a separator, lists by commas or lines, and both kinds of comments', () => {
    const text = `
authorization {  # who may
  users = [
    {user: a, pass: b}  // first
    {user: c, pass: d}, {user: e}
  ]
  PERM: { pub: ["x.>", y] }
}
tls
{
  verify: yes
}
cluster: { routes: [ nats://a:6222, nats://b:6222 ] }`;
    assert.deepEqual(parsed(text), {
      authorization: {
        users: [{ user: 'a', pass: 'b' }, { user: 'c', pass: 'd' }, { user: 'e' }], PERM: { pub: ['x.>', 'y'] },
      },
      tls: { verify: true },
      cluster: { routes: ['nats://a:6222', 'nats://b:6222'] },
    });
    assert.deepEqual(problems(text), []);
    assert.deepEqual(parseNatsConf(text).comments.map((c) => c.text), ['who may', 'first']);
  });

  it('counts k as 1000 and kb as 1024, but leaves addresses and quoted numbers text', () => {
    assert.deepEqual(parsed('a: 1k\nb: 2KB\nc: 3Mi\nd: 1g\ne: "1MB"\nf: 127.0.0.1:4222\ng: -1\nh: 0.5\ni: 10s\nj: 1kbb'), {
      a: 1000, b: 2048, c: 3 * 2 ** 20, d: 1e9, e: '1MB', f: '127.0.0.1:4222', g: -1, h: 0.5, i: '10s', j: 1024,
    });
  });

  it('reads quotes, escapes in double quotes, blocks, and signs of comments inside of words', () => {
    assert.deepEqual(parsed(`a: "x\\ty\\x41"\nb: 'x\\ty'\nc: a#b\nd: http://x\n'e f': 1\ng (\nfoo )\nbar\n)\nh: 2`), {
      a: 'x\tyA', b: 'x\\ty', c: 'a#b', d: 'http://x', 'e f': 1, g: '\nfoo )\nbar\n', h: 2,
    });
  });

  it('replaces a variable by what was said of it before, here or in an outer map', () => {
    const text = `P: "s3cret"
authorization {
  perm = { publish: foo }
  users = [ {user: a, password: $P, permissions: $perm}, {user: b, password: $LATER} ]
}
LATER: x`;
    const tree = parseNatsConf(text);
    const users = get(tree.roots[0], 'authorization', 'users');
    assert.deepEqual(plain(users), [
      { user: 'a', password: 's3cret', permissions: { publish: 'foo' } }, { user: 'b', password: '$LATER' },
    ]);
    const password = get(users, 0, 'password');
    assert.equal(text.slice(password?.start, password?.end), '"s3cret"');
    assert.ok(tree.unknown.has(get(users, 1, 'password')!));
    assert.deepEqual(tree.skipped.map((s) => text.slice(s.start, s.end)), ['$LATER']);
  });

  it('takes a bcrypt hash without quotes for text, and not for a variable', () => {
    const tree = parseNatsConf('password: $2a$11$W2zko751KUvVy59mUTWmpOdWjpEm5qhcCZRd05GjI/sSOT.xtiHyG');
    assert.equal(tree.unknown.size, 0);
    const hash = get(tree.roots[0], 'password');
    assert.ok(isScalar(hash) && hash.text.startsWith('$2a$11$W2'));
  });

  it('lists includes, and leaves what they would bring unknown', () => {
    const tree = parseNatsConf('include ./a.conf;\nauthorization { include "b.conf"\n token: $T }\ninclude: 3');
    assert.deepEqual(tree.includes.map((i) => i.text), ['./a.conf', 'b.conf']);
    assert.deepEqual(plain(tree.roots[0]), { authorization: { token: '$T' }, include: 3 });
  });

  it('says what the server refuses, at its place', () => {
    assert.deepEqual(problems('server_name my server\nport: 4222'), [
      'server: The server expects a comma or a new line behind a value; text with blanks needs quotes.',
    ]);
    assert.deepEqual(problems('users = [ {user: a} {user: b} ]').map((p) => p.slice(0, 6)), ['{: The']);
    assert.deepEqual(problems('authorization {\n user: a'), [
      '{: This bracket is not closed; the server refuses the file. Add a "}".',
    ]);
    assert.match(problems('name: "abc\nport: 1')[0] ?? '', /^"abc: This text is not closed/);
    assert.match(problems('port: 1\nport: 2')[0] ?? '', /^port: The key "port" stands twice/);
    assert.deepEqual(problems('jetstream: enabled\njetstream { store_dir: /data }'), []);
  });

  it('goes on behind half-typed lines', () => {
    assert.deepEqual(parsed('server_name:\nport: 4222\njetstream {\n  store_dir: "/data\n}\nhttp: 8222'), {
      server_name: null, port: 4222, jetstream: { store_dir: '/data' }, http: 8222,
    });
    assert.deepEqual(parsed('listen: # here\nport 4222'), { listen: null, port: 4222 });
    assert.deepEqual(parsed('a = ]\nb: 1 }\n: = c: 2'), { a: null, b: 1, c: 2 });
  });

  it('steps over template expressions, and says nothing of brackets that stand in alternatives', () => {
    const text = '{{- if .Values.tls }}\ntls {\n{{- else }}\ntls { verify: true\n{{- end }}\n}\nport: {{ .Values.port }}\nhost: "{{ .host }}"\nstore: ${DIR}/js';
    const tree = parseNatsConf(text);
    assert.deepEqual(tree.problems, []);
    assert.deepEqual(tree.skipped.map((s) => text.slice(s.start, s.end)), [
      '{{- if .Values.tls }}', '{{- else }}', '{{- end }}', '{{ .Values.port }}', '"{{ .host }}"', '${DIR}/js',
    ]);
  });

  it('knows the functions of subject mappings from templates', () => {
    const tree = parseNatsConf('mappings = { "a.*": "b.{{wildcard(1)}}" }');
    assert.deepEqual([tree.skipped, tree.unknown.size], [[], 0]);
  });

  it('passes over nesting and garbage without end', () => {
    for (const part of ['a {', '[', 'a: [{', '${', 'a: ${', 'a (\n', '"', '{{', 'a: \'']) {
      const text = part.repeat(20_000);
      const tree = parseNatsConf(text);
      assert.ok(tree.problems.every((p) => 0 <= p.start && p.start <= p.end && p.end <= text.length));
    }
  });

  it('keeps every range inside of the text when the text is broken', () => {
    const random = seeded(7);
    const whole = 'listen: 0.0.0.0:4222\nA: { x: ["b", \'c\'] }\nauthorization { users = [ {user: a, pass: $A}, ] }\n(\nz\n)\n';
    for (let i = 0; i < 3_000; i++) {
      const text = mutate(whole, random);
      const tree = parseNatsConf(text);
      const visit = (node: SyntaxNode | undefined): void => {
        if (node === undefined) return;
        assert.ok(0 <= node.start && node.start <= node.end && node.end <= text.length, text);
        if (node.kind === 'map') for (const e of node.entries) { visit(e.key); visit(e.value); assert.ok(e.end <= text.length); }
        if (node.kind === 'seq') node.items.forEach(visit);
      };
      visit(tree.roots[0]);
    }
  });
});
