import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tailrace, type Outcome } from '../cli/support';

interface Drift {
  readonly brokers: readonly { readonly name: string; readonly about: string; readonly notes: readonly string[] }[];
  readonly problems: readonly {
    readonly rule: string; readonly severity: string; readonly subject: string; readonly what: string;
    readonly declared?: string; readonly real?: string; readonly file: string; readonly range: { readonly start: { readonly line: number } };
  }[];
}

/** A folder with one flow file, and `tailrace drift` and `import` in it. */
export class DriftFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'tailrace-drift-'));

  write(text: string): void {
    writeFileSync(join(this.path, 'it.flow.yaml'), text);
  }

  read(): string {
    return readFileSync(join(this.path, 'it.flow.yaml'), 'utf8');
  }

  run(...args: readonly string[]): Outcome {
    return tailrace(args, this.path);
  }

  /** Each difference as `severity code subject, what: declared | real`. */
  drift(...args: readonly string[]): { code: number | null; differences: readonly string[]; notes: readonly string[] } {
    const { code, out, err } = this.run('drift', '--format', 'json', ...args);
    assert.equal(err, '');
    const { problems, brokers } = JSON.parse(out) as Drift;
    return {
      code, notes: brokers.flatMap(({ notes }) => notes),
      differences: problems.map(({ rule, severity, subject, what, declared, real }) => `${severity} ${rule} ${subject}, ${what}: ${declared ?? '-'} | ${real ?? '-'}`).sort(),
    };
  }

  /** Imports a broker; what comes must read back whole, and differ in nothing. */
  roundTrip(url: string, ...args: readonly string[]): string {
    const { code, err } = this.run('import', url, '--name', 'it', '--out', 'it.flow.yaml', ...args);
    assert.deepEqual([code, err], [0, '']);
    const { out } = this.run('check', '--format', 'json', '--fail-on', 'never');
    const { problems } = JSON.parse(out) as { problems: readonly { rule: string; message: string }[] };
    assert.deepEqual(problems.filter(({ rule }) => /^(flow|syntax)\//.test(rule)), []);
    const back = this.drift(...args);
    assert.deepEqual(back.differences, [], this.read());
    assert.equal(back.code, 0);
    return this.read();
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
