import assert from 'node:assert/strict';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { contract, faulty, inFolder, tailrace } from './support';

interface JsonReport {
  readonly version: number;
  readonly problems: readonly {
    readonly rule: string;
    readonly severity: string;
    readonly message: string;
    readonly file: string;
    readonly range: { readonly start: { line: number; column: number }; readonly end: { line: number; column: number } };
    readonly related: readonly unknown[];
    readonly fixes: readonly { readonly safe: boolean }[];
  }[];
  readonly summary: Readonly<Record<'files' | 'errors' | 'warnings' | 'infos', number>>;
}

const folder = { 'shop.flow.yaml': faulty, 'order-v1.avsc': contract };

describe('tailrace check', () => {
  it('prints problems with carets, and exits with 1 for an error', () => {
    inFolder(folder, (cwd) => {
      const { code, out, err } = tailrace(['check'], cwd);
      assert.equal(err, '');
      assert.match(out, /^error producer\/acks-not-all\n {2}checkout publishes to topic orders with acks=1/);
      assert.match(out, /shop\.flow\.yaml:13:49\n {4}13 \| {7}orders: \{ guarantee: at-least-once, acks: 1 \}\n {7}\| {49}\^\n/);
      assert.match(out, /2 errors, 0 warnings, 0 infos in 2 files\.\n$/);
      assert.ok(!out.includes('\u001b['), 'no colour where nobody looks at a terminal');
      assert.equal(code, 1);
    });
  });

  it('prints the JSON of the design, the same bytes each time', () => {
    inFolder(folder, (cwd) => {
      const first = tailrace(['check', '--format', 'json'], cwd);
      const report = JSON.parse(first.out) as JsonReport;
      assert.equal(report.version, 1);
      assert.deepEqual(report.summary, { files: 2, errors: 2, warnings: 0, infos: 0 });
      const [problem] = report.problems;
      assert.equal(problem?.rule, 'producer/acks-not-all');
      assert.equal(problem.severity, 'error');
      assert.equal(problem.file, 'shop.flow.yaml');
      assert.deepEqual(problem.range, { start: { line: 13, column: 49 }, end: { line: 13, column: 50 } });
      assert.equal(first.out, tailrace(['check', '--format', 'json'], cwd).out);
    });
  });

  it('honours --fail-on', () => {
    inFolder(folder, (cwd) => {
      assert.equal(tailrace(['check', '--fail-on', 'warning'], cwd).code, 1);
      writeFileSync(join(cwd, 'shop.flow.yaml'), faulty.replace('acks: 1', 'acks: all'));
      assert.equal(tailrace(['check', '--fail-on', 'info'], cwd).code, 0);
      // A topic that nothing reads or writes is a warning.
      writeFileSync(join(cwd, 'more.flow.yaml'), 'flow: 1\nchannels:\n  unused: { broker: events, schema: Order@1 }\n');
      assert.equal(tailrace(['check'], cwd).code, 0);
      assert.equal(tailrace(['check', '--fail-on', 'warning'], cwd).code, 1);
    });
  });

  it('applies safe fixes, keeping byte order mark and line ends', () => {
    const windows = `\ufeff${faulty.replaceAll('\n', '\r\n')}`;
    inFolder({ ...folder, 'shop.flow.yaml': windows }, (cwd) => {
      const { code, err } = tailrace(['check', '--fix'], cwd);
      assert.equal(err, 'tailrace: applied 1 safe fix.\n');
      assert.equal(code, 0);
      assert.equal(readFileSync(join(cwd, 'shop.flow.yaml'), 'utf8'), windows.replace('acks: 1', 'acks: all'));
    });
  });

  it('fixes a single file that is named', () => {
    inFolder(folder, (cwd) => {
      assert.equal(tailrace(['check', '--fix', 'shop.flow.yaml'], cwd).code, 0);
      assert.equal(readFileSync(join(cwd, 'shop.flow.yaml'), 'utf8'), faulty.replace('acks: 1', 'acks: all'));
    });
  });

  it('leaves out what a baseline knows, wherever it moved to', () => {
    inFolder(folder, (cwd) => {
      writeFileSync(join(cwd, 'known.json'), tailrace(['check', '--format', 'json'], cwd).out);
      writeFileSync(join(cwd, 'shop.flow.yaml'), `# moved down\n${faulty}`);
      const { code, out } = tailrace(['check', '--baseline', 'known.json'], cwd);
      assert.equal(out, 'No problems in 2 files.\n');
      assert.equal(code, 0);
    });
  });

  it('knows a problem again where its file was renamed, its message changed or its line was indented anew', () => {
    inFolder(folder, (cwd) => {
      const known = (change: (problem: { message: string; file: string; fingerprint?: string }) => void): void => {
        const report = JSON.parse(tailrace(['check', '--format', 'json'], cwd).out) as { problems: { message: string; file: string; fingerprint?: string }[] };
        report.problems.forEach(change);
        writeFileSync(join(cwd, 'known.json'), JSON.stringify(report));
      };
      const check = (): number | null => tailrace(['check', '--baseline', 'known.json'], cwd).code;
      known((problem) => (problem.message = 'as an earlier version put it'));
      assert.equal(check(), 0);
      known((problem) => delete problem.fingerprint);
      assert.equal(check(), 0);
      // In a file that is still there it is another fault; of one that is gone it is the same.
      known((problem) => (problem.file = 'tailrace-other.json'));
      assert.equal(check(), 0);
      writeFileSync(join(cwd, 'tailrace-other.json'), '{}');
      assert.equal(check(), 1);
      known(() => {});
      renameSync(join(cwd, 'shop.flow.yaml'), join(cwd, 'orders.flow.yaml'));
      assert.equal(check(), 0);
      const twice = faulty.replace('orders.placed: { ', 'orders.placed: {  ');
      writeFileSync(join(cwd, 'orders.flow.yaml'), twice);
      assert.equal(check(), 0);
      writeFileSync(join(cwd, 'orders.flow.yaml'), faulty.replace('acks: 1', 'acks: 0'));
      assert.equal(check(), 1);
    });
  }).timeout(20_000);

  it('leaves out what the baseline of the configuration knows, whatever the current folder', () => {
    const config = 'baseline: known.json\n';
    inFolder({ ...folder, 'tailrace.config.yaml': config, 'sub/more.flow.yaml': 'flow: 1\n' }, (cwd) => {
      const first = tailrace(['check', '--format', 'json'], cwd);
      assert.match(first.err, /^tailrace: The baseline .*known\.json is not there yet: all problems count\.\n$/);
      assert.equal(first.code, 1);
      writeFileSync(join(cwd, 'known.json'), first.out);
      assert.deepEqual(tailrace(['check'], cwd), { code: 0, out: 'No problems in 3 files.\n', err: '' });
      assert.deepEqual(tailrace(['check', '..'], join(cwd, 'sub')), { code: 0, out: 'No problems in 3 files.\n', err: '' });
      writeFileSync(join(cwd, 'shop.flow.yaml'), faulty.replace('acks: 1', 'acks: 0'));
      assert.equal(tailrace(['check'], cwd).code, 1);
      writeFileSync(join(cwd, 'known.json'), '[]');
      const wrong = tailrace(['check'], cwd);
      assert.match(wrong.err, /^tailrace: The baseline .*known\.json has no list "problems"\.\n$/);
      assert.equal(wrong.code, 2);
    });
  }).timeout(10_000);

  const secret = 'S3cr3t-of-ours';
  const secrets = {
    'a.flow.yaml': `flow: 1
brokers:
  work: { protocol: rabbitmq, url: "amqp://shop:${secret}@rabbit.example.com" }
  inside: { protocol: nats, url: "nats://${secret}@nats.example.com" }
  fleet: { protocol: mqtt, url: "mqtt://u:\${env:P:-${secret}}@mqtt.example.com" }
`,
    'producer.properties': `bootstrap.servers=h.example.com:9092\nacks=1\nsasl.jaas.config=x required username="u" password="${secret}";\n`,
    'asyncapi.yaml': `asyncapi: 2.6.0\ninfo: { title: t, version: "1" }\nservers: { w: { url: "amqp://u:${secret}@h.example.com", protocol: amqp } }\nchannels: {}\n`,
    'definitions.json': `{ "rabbit_version": "4.1.0", "vhosts": [{ "name": "/" }], "queues": [], "users": [{ "name": "u", "password": "${secret}" }] }`,
  };
  for (const format of ['pretty', 'json', 'sarif', 'junit', 'github']) {
    it(`prints no secret as ${format}, also where it shows the line`, () => {
      inFolder(secrets, (cwd) => {
        const { out } = tailrace(['check', '--format', format], cwd);
        assert.ok(out.split('security/secret-in-file').length > 6, 'reports all six');
        assert.ok(!out.includes(secret));
      });
    });
  }
  for (const format of ['json', 'svg', 'mermaid', 'dot']) {
    it(`draws no secret as ${format}`, () => {
      inFolder(secrets, (cwd) => {
        assert.ok(!tailrace(['graph', '--format', format], cwd).out.includes(secret));
      });
    });
  }

  it('takes another configuration file', () => {
    inFolder({ ...folder, 'ci/strict.yaml': 'rules:\n  producer/acks-not-all: info\n  delivery/*: off\n' }, (cwd) => {
      const report = JSON.parse(tailrace(['check', '--config', 'ci/strict.yaml', '--format', 'json'], cwd).out) as JsonReport;
      assert.deepEqual(report.problems.map((p) => p.severity), ['info']);
    });
  });

  it('honours .gitignore', () => {
    inFolder({ ...folder, '.gitignore': 'shop.*\n' }, (cwd) => {
      const report = JSON.parse(tailrace(['check', '--format', 'json'], cwd).out) as JsonReport;
      assert.equal(report.summary.errors, 0);
    });
  });

  it('writes SARIF that names its rules and places', () => {
    inFolder(folder, (cwd) => {
      const log = JSON.parse(tailrace(['check', '--format', 'sarif'], cwd).out) as {
        version: string;
        runs: { tool: { driver: { rules: { id: string; helpUri: string }[] } }; results: { ruleId: string; ruleIndex: number; level: string; locations: unknown[] }[] }[];
      };
      assert.equal(log.version, '2.1.0');
      const [run] = log.runs;
      assert.deepEqual(run?.tool.driver.rules.map((r) => r.id), ['delivery/declared-exceeds-derived', 'producer/acks-not-all']);
      assert.deepEqual(run.results[0]?.locations, [{ physicalLocation: {
        artifactLocation: { uri: 'shop.flow.yaml' },
        region: { startLine: 13, startColumn: 49, endLine: 13, endColumn: 50 },
      } }]);
      assert.equal(run.results[0]?.level, 'error');
      assert.equal(run.results[0]?.ruleIndex, 1);
    });
  });

  it('writes JUnit and GitHub annotations with their signs escaped', () => {
    inFolder({ ...folder, 'shop.flow.yaml': faulty.replaceAll('checkout', '"a<b&c, 100%"') }, (cwd) => {
      const junit = tailrace(['check', '--format', 'junit'], cwd).out;
      assert.match(junit, /<testsuites name="tailrace" tests="2" failures="2">/);
      assert.ok(junit.includes('a&lt;b&amp;c, 100% publishes to topic orders'), junit);
      const github = tailrace(['check', '--format', 'github'], cwd).out;
      assert.match(github, /^::error file=shop\.flow\.yaml,line=13,endLine=13,col=49,endColumn=50,title=producer\/acks-not-all::a<b&c, 100%25 publishes/);
    });
  });

  it('says so where nothing is to be read', () => {
    inFolder({ 'package.json': '{}' }, (cwd) => {
      const { code, out } = tailrace(['check'], cwd);
      assert.match(out, /^No file here is one that Tailrace reads/);
      assert.equal(code, 0);
    });
  });

  it('survives files that are broken, binary or huge', () => {
    inFolder({
      'half.flow.yaml': 'flow: 1\nchannels:\n  orders: { broker: even\n',
      'binary.flow.yaml': Uint8Array.from([0, 1, 2, 255, 254]),
      'latin1.flow.yaml': Uint8Array.from(Buffer.from('flow: 1 # caf\u00e9', 'latin1')),
      'huge.flow.yaml': `flow: 1\n${'# filler\n'.repeat(700_000)}`,
    }, (cwd) => {
      const { code, out, err } = tailrace(['check', '--format', 'json'], cwd);
      assert.equal(err, '');
      const report = JSON.parse(out) as JsonReport;
      assert.ok(report.problems.some((p) => p.rule === 'syntax/yaml' && p.file === 'half.flow.yaml'));
      assert.ok(report.problems.some((p) => p.rule === 'workspace/too-large' && p.file === 'huge.flow.yaml'));
      assert.equal(code, 1);
    });
  });
});

describe('a wrong call', () => {
  const cases: readonly (readonly [string, readonly string[], RegExp])[] = [
    ['an unknown command', ['chek'], /^tailrace: There is no command "chek"\. Did you mean "check"\?/],
    ['an unknown flag', ['check', '--formt', 'json'], /^tailrace: Unknown option '--formt'/],
    ['an unknown format', ['check', '--format', 'xml'], /^tailrace: --format takes pretty, json, sarif, junit, github; not "xml"/],
    ['a missing path', ['check', 'nowhere'], /^tailrace: There is no file or folder "nowhere"/],
    ['a missing baseline', ['check', '--baseline', 'none.json'], /^tailrace: There is no baseline .*none\.json\. Make it with/],
    ['a missing configuration', ['check', '--config', 'none.yaml'], /^tailrace: There is no configuration file/],
    ['a focus that is not there', ['graph', '--focus', 'nobody'], /^tailrace: There is no service, channel or broker "nobody"/],
    ['a tail of nothing', ['tail'], /^tailrace: tail takes at least one channel/],
    ['a tail of an unknown channel', ['tail', 'nothing'], /^tailrace: No file here declares a channel "nothing"/],
    ['a tail of a broker without scheme', ['tail', 'x', '--broker', 'user:secret@host:1'], /^tailrace: The broker "host:1" needs a scheme/],
    ['a server without transport', ['lsp'], /^tailrace: The language server needs --stdio/],
  ];
  for (const [what, args, message] of cases) {
    it(`tells ${what} in one line and exits with 2`, () => {
      inFolder({}, (cwd) => {
        const { code, out, err } = tailrace(args, cwd);
        assert.equal(out, '');
        assert.match(err, message);
        assert.equal(err.trimEnd().split('\n').length, 1);
        assert.ok(!err.includes('    at '), 'no stack trace');
        assert.equal(code, 2);
      });
    });
  }
});
