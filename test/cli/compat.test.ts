import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inFolder, tailrace } from './support';

interface CompatReport {
  readonly version: number;
  readonly compatible: boolean;
  readonly problems: readonly {
    readonly check: string;
    readonly severity: string;
    readonly message: string;
    readonly contract: string;
    readonly file: string;
    readonly range: { readonly start: { line: number; column: number }; readonly end: { line: number; column: number } };
    readonly consumers: readonly string[];
  }[];
}

const order = (fields: string): string =>
  `{\n  "type": "record", "name": "Order", "namespace": "shop",\n  "fields": [\n    { "name": "id", "type": "string" }${fields}\n  ]\n}\n`;
const total = ',\n    { "name": "total", "type": "long" }';

const flow = (compatibility = ''): string => `flow: 1
brokers:
  events: { protocol: kafka }
schemas:
  Order: { format: avro, ${compatibility}versions: { 1: order.avsc } }
channels:
  orders: { broker: events, schema: Order@1 }
services:
  checkout: { publishes: { orders: {} } }
  billing: { consumes: { orders: {} } }
  audit: { consumes: { orders: {} } }
`;

function jsonOf(args: readonly string[], cwd: string): { report: CompatReport; code: number | null } {
  const { code, out, err } = tailrace(['compat', ...args, '--format', 'json'], cwd);
  assert.equal(err, '');
  return { report: JSON.parse(out) as CompatReport, code };
}

function git(cwd: string, ...args: readonly string[]): void {
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-c', 'commit.gpgsign=false', ...args], { cwd, stdio: 'ignore' });
}

describe('tailrace compat', () => {
  it('compares with a folder, file by file, and prints the JSON of the design', () => {
    inFolder({ 'previous/order.avsc': order(''), 'current/order.avsc': order(total), 'current/shop.flow.yaml': flow() }, (cwd) => {
      const { report, code } = jsonOf(['current', '--against', 'previous'], cwd);
      assert.equal(code, 1);
      assert.deepEqual(report, {
        version: 1,
        compatible: false,
        problems: [{
          check: 'READER_FIELD_MISSING_DEFAULT_VALUE', severity: 'error',
          message: 'shop.Order.total was added without a default: data that was written before lacks it, and cannot be read. Give total a default.',
          contract: 'shop.Order', file: 'current/order.avsc',
          range: { start: { line: 5, column: 16 }, end: { line: 5, column: 21 } },
          consumers: ['audit', 'billing'],
        }],
      });
    });
  });

  it('compares the payloads of AsyncAPI documents with a folder and with a commit', () => {
    const document = (type: string): string => `asyncapi: 3.0.0
info: { title: billing, version: 1.0.0 }
channels:
  orders:
    address: orders
    messages:
      Order:
        payload:
          type: object
          properties:
            total: { type: ${type} }
operations:
  bill: { action: receive, channel: { $ref: "#/channels/orders" } }
`;
    inFolder({ 'previous/asyncapi.yaml': document('number'), 'current/asyncapi.yaml': document('string') }, (cwd) => {
      const told = (args: readonly string[]): unknown => {
        const { report, code } = jsonOf(args, cwd);
        return [code, report.problems.map(({ check, contract, file, range, consumers }) => [check, contract, file, range.start, consumers])];
      };
      const expected = [1, [['TYPE_CHANGED', 'Order', 'current/asyncapi.yaml', { line: 11, column: 22 }, ['billing']]]];
      assert.deepEqual(told(['current', '--against', 'previous']), expected);
      git(cwd, 'init', '-q', '-b', 'main');
      writeFileSync(join(cwd, 'current/asyncapi.yaml'), document('number'));
      git(cwd, 'add', '-A');
      git(cwd, 'commit', '-q', '-m', 'first');
      assert.deepEqual(told(['current', '--against', 'HEAD']), [0, []]);
      writeFileSync(join(cwd, 'current/asyncapi.yaml'), document('string'));
      assert.deepEqual(told(['current', '--against', 'HEAD']), expected);
    });
  });

  it('tells of a message that a document no longer has, also where the folder of before lies among the files', () => {
    const document = (names: readonly string[]): string => `asyncapi: 3.0.0
info: { title: shop, version: 1.0.0 }
channels:
  orders:
    address: orders
    messages: { ${names.map((name) => `${name}: { payload: { type: object, properties: { ${name}: { type: string } } } }`).join(', ')} }
operations:
  place: { action: send, channel: { $ref: "#/channels/orders" } }
`;
    const audit = 'flow: 1\nservices:\n  audit: { consumes: { orders: {} } }\n';
    inFolder({ 'previous/asyncapi.yaml': document(['Placed', 'Cancelled']), 'asyncapi.yaml': document(['Placed']), 'audit.flow.yaml': audit }, (cwd) => {
      const { report, code } = jsonOf(['.', '--against', 'previous'], cwd);
      assert.equal(code, 1);
      assert.deepEqual(report.problems.map(({ check, contract, file, range, consumers }) => [check, contract, file, range.start, consumers]),
        [['MESSAGE_REMOVED', 'Cancelled', 'asyncapi.yaml', { line: 4, column: 3 }, ['audit']]]);
      assert.equal(jsonOf(['.', '--against', 'previous', '--mode', 'none'], cwd).code, 0);
    });
  });

  it('compares versions beside each other where nothing else is asked for', () => {
    inFolder({ 'v1/order.avsc': order(''), 'v2/order.avsc': order(total) }, (cwd) => {
      const told = (args: readonly string[]): unknown => {
        const { code, out, err } = tailrace(['compat', ...args, '--format', 'json'], cwd);
        assert.match(err, /^Only versions beside each other are compared: .*\n$/);
        return [code, (JSON.parse(out) as CompatReport).problems.map(({ check, severity, file, message }) => [check, severity, file, message.includes('v1/order.avsc')])];
      };
      assert.deepEqual(told([]), [0, [['READER_FIELD_MISSING_DEFAULT_VALUE', 'info', 'v2/order.avsc', true]]]);
      assert.deepEqual(told(['--mode', 'backward']), [1, [['READER_FIELD_MISSING_DEFAULT_VALUE', 'error', 'v2/order.avsc', true]]]);
      git(cwd, 'init', '-q', '-b', 'main');
      git(cwd, 'add', '-A');
      git(cwd, 'commit', '-q', '-m', 'first');
      assert.deepEqual(jsonOf([], cwd).report.problems.map(({ severity }) => severity), ['info']);
      assert.deepEqual(jsonOf(['--against', 'HEAD'], cwd).report.problems, []);
    });
  });

  it('finds nothing where nothing is broken, and exits with 0', () => {
    inFolder({ 'previous/order.avsc': order(total), 'current/order.avsc': order('') }, (cwd) => {
      assert.deepEqual(jsonOf(['current', '--against', 'previous'], cwd), { code: 0, report: { version: 1, compatible: true, problems: [] } });
    });
  });

  it('takes the mode from the contract, and --mode before that', () => {
    const removed = { 'previous/order.avsc': order(total), 'current/order.avsc': order('') };
    inFolder({ ...removed, 'current/shop.flow.yaml': flow('compatibility: full, ') }, (cwd) => {
      assert.equal(jsonOf(['current', '--against', 'previous'], cwd).code, 1);
      assert.equal(jsonOf(['current', '--against', 'previous', '--mode', 'BACKWARD'], cwd).code, 0);
    });
    inFolder({ ...removed, 'current/shop.flow.yaml': flow() }, (cwd) => {
      assert.equal(jsonOf(['current', '--against', 'previous'], cwd).code, 0);
      assert.equal(jsonOf(['current', '--against', 'previous', '--mode', 'forward-transitive'], cwd).code, 1);
      assert.equal(jsonOf(['current', '--against', 'previous', '--mode', 'none'], cwd).code, 0);
    });
  });

  it('counts with --breaking-consumers only what somebody reads', () => {
    inFolder({ 'previous/order.avsc': order(''), 'current/order.avsc': order(total) }, (cwd) => {
      assert.equal(jsonOf(['current', '--against', 'previous'], cwd).code, 1);
      assert.equal(jsonOf(['current', '--against', 'previous', '--breaking-consumers'], cwd).code, 0);
      writeFileSync(join(cwd, 'current/shop.flow.yaml'), flow());
      assert.equal(jsonOf(['current', '--against', 'previous', '--breaking-consumers'], cwd).code, 1);
    });
  });

  it('tells of a contract that is gone, unless it moved', () => {
    inFolder({ 'previous/order.avsc': order(''), 'current/other.avsc': '{ "type": "record", "name": "Other", "fields": [] }' }, (cwd) => {
      const { report, code } = jsonOf(['current', '--against', 'previous'], cwd);
      assert.equal(code, 1);
      assert.deepEqual(report.problems.map(({ check, contract, file }) => ({ check, contract, file })),
        [{ check: 'CONTRACT_REMOVED', contract: 'shop.Order', file: 'current/order.avsc' }]);
      writeFileSync(join(cwd, 'current/moved.avsc'), order(''));
      assert.equal(jsonOf(['current', '--against', 'previous'], cwd).code, 0);
    });
  });

  it('tells of files that are gone against a commit, and a folder among the files', () => {
    const proto = 'syntax = "proto3";\nmessage Order { string id = 1; }\n';
    const document = 'asyncapi: 3.0.0\ninfo: { title: shop, version: 1.0.0 }\nchannels: { orders: { messages: { Placed: { payload: { type: object } } } } }\n';
    inFolder({ 'c/order.proto': proto, 'c/shop.yaml': document, 'shop.flow.yaml': 'flow: 1\n' }, (cwd) => {
      git(cwd, 'init', '-q', '-b', 'main');
      git(cwd, 'add', '.');
      git(cwd, 'commit', '-q', '-m', 'first');
      git(cwd, 'mv', 'c', 'contracts');
      assert.deepEqual(jsonOf(['--against', 'HEAD'], cwd).report.problems, []);
      rmSync(join(cwd, 'contracts'), { recursive: true });
      assert.deepEqual(jsonOf(['--against', 'HEAD'], cwd).report.problems.map(({ check, file }) => [check, file]),
        [['CONTRACT_REMOVED', 'c/order.proto'], ['DOCUMENT_REMOVED', 'c/shop.yaml']]);
    });
    inFolder({ 'previous/order.proto': proto, 'shop.flow.yaml': 'flow: 1\n' }, (cwd) => {
      assert.deepEqual(jsonOf(['--against', 'previous'], cwd).report.problems.map(({ check }) => check), ['CONTRACT_REMOVED']);
    });
  });

  it('compares with a commit, without touching the working tree', () => {
    inFolder({ 'order.avsc': order(''), 'shop.flow.yaml': flow() }, (cwd) => {
      git(cwd, 'init', '-q', '-b', 'main');
      git(cwd, 'add', '.');
      git(cwd, 'commit', '-q', '-m', 'first');
      git(cwd, 'tag', 'released');
      git(cwd, 'checkout', '-q', '-b', 'work');
      writeFileSync(join(cwd, 'order.avsc'), order(total));
      const { report, code } = jsonOf(['--against', 'released'], cwd);
      assert.equal(code, 1);
      assert.equal(report.problems[0]?.check, 'READER_FIELD_MISSING_DEFAULT_VALUE');
      assert.equal(report.problems[0].file, 'order.avsc');
      git(cwd, 'commit', '-q', '-a', '-m', 'second');
      assert.equal(jsonOf([], cwd).code, 1, 'by default with where the branch left the default one');
      assert.equal(jsonOf(['--against', 'HEAD'], cwd).code, 0);
      writeFileSync(join(cwd, 'tailrace.config.yaml'), 'compat: { against: HEAD }\n');
      assert.equal(jsonOf([], cwd).code, 0);
      rmSync(join(cwd, 'order.avsc'));
      assert.equal(jsonOf([], cwd).report.problems[0]?.check, 'CONTRACT_REMOVED');
    });
  });

  it('tells of another number of partitions of a topic with keys, against a folder and a commit, as the configuration says', () => {
    const topic = (partitions: number): string => `resource "kafka_topic" "orders" {\n  name       = "orders"\n  partitions = ${partitions}\n}\n`;
    const users = `flow: 1
brokers:
  events: { protocol: kafka }
services:
  checkout: { publishes: { orders: { key: id } } }
  billing: { consumes: { orders: { needs: { ordering: per-key } } } }
`;
    inFolder({ 'previous/topics.tf': topic(6), 'current/topics.tf': topic(12), 'current/shop.flow.yaml': users }, (cwd) => {
      const told = (args: readonly string[]): unknown => {
        const { report, code } = jsonOf(args, cwd);
        return [code, report.problems.map(({ check, severity, contract, file, range, consumers }) => [check, severity, contract, file, range.start, consumers])];
      };
      const expected = [1, [['ordering/partition-change', 'error', 'orders', 'current/topics.tf', { line: 3, column: 16 }, ['billing']]]];
      assert.deepEqual(told(['current', '--against', 'previous']), expected);
      git(cwd, 'init', '-q', '-b', 'main');
      writeFileSync(join(cwd, 'current/topics.tf'), topic(6));
      git(cwd, 'add', '-A');
      git(cwd, 'commit', '-q', '-m', 'first');
      assert.deepEqual(told(['current']), [0, []]);
      writeFileSync(join(cwd, 'current/topics.tf'), topic(12));
      assert.deepEqual(told(['current']), expected);
      const { out } = tailrace(['compat', 'current', '--format', 'sarif'], cwd);
      assert.match(out, /"helpUri": ?"[^"]*\/docs\/rules\/ordering\/partition-change\.md"/);
      writeFileSync(join(cwd, 'current/tailrace.config.yaml'), 'rules: { ordering/partition-change: off }\n');
      assert.deepEqual(told(['current']), [0, []]);
    });
  });

  it('prints for people and as SARIF, and names who reads', () => {
    inFolder({ 'previous/order.avsc': order(''), 'current/order.avsc': order(total), 'current/shop.flow.yaml': flow() }, (cwd) => {
      const pretty = tailrace(['compat', 'current', '--against', 'previous'], cwd);
      assert.match(pretty.out, /^error READER_FIELD_MISSING_DEFAULT_VALUE\n/);
      assert.match(pretty.out, /billing consumes it from topic orders as version 1 current\/shop\.flow\.yaml:10:26/);
      const sarif = JSON.parse(tailrace(['compat', 'current', '--against', 'previous', '--format', 'sarif'], cwd).out) as {
        runs: { results: { ruleId: string; relatedLocations: unknown[] }[]; tool: { driver: { rules: { id: string }[] } } }[];
      };
      assert.equal(sarif.runs[0]?.results[0]?.ruleId, 'READER_FIELD_MISSING_DEFAULT_VALUE');
      assert.equal(sarif.runs[0].results[0].relatedLocations.length, 2);
      assert.deepEqual(sarif.runs[0].tool.driver.rules.map(({ id }) => id), ['READER_FIELD_MISSING_DEFAULT_VALUE']);
    });
  });

  it('connects to no registry that only a file names', () => {
    inFolder({ 'order.avsc': order(''), 'tailrace.config.yaml': 'compat: { against: "http://127.0.0.1:9/" }\n' }, (cwd) => {
      const { code, err } = tailrace(['compat'], cwd);
      assert.equal(code, 2);
      assert.equal(err, 'tailrace: compat.against of a configuration names a commit; give a registry with --against.\n');
    });
  });

  it('refuses in one line what is not there, with exit code 2', () => {
    inFolder({ 'order.avsc': order('') }, (cwd) => {
      for (const args of [['--against', 'nowhere'], ['--against', './nowhere'], ['--against', '.'], ['--against', 'x', '--mode', 'sideways'], ['missing', '--against', '.'], []]) {
        const { code, out, err } = tailrace(['compat', ...args], cwd);
        assert.equal(code, 2, args.join(' '));
        assert.equal(out, '');
        assert.match(err, /^tailrace: [^\n]+\n$/);
      }
    });
  });
});
