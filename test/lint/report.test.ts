import assert from 'node:assert/strict';
import type { Problem } from '../../src/text/problem';
import type { FileId } from '../../src/text/range';
import { renderReport } from '../../src/text/report';

const file = 'file:///a.yaml' as FileId;
const problem: Problem = {
  code: 'a/b', severity: 'error', message: 'oh', at: { file, start: 5, end: 6 },
  related: [{ at: { file, start: 0, end: 1 }, message: 'see here' }],
};
const path = (): string => 'a.yaml';

describe('reports', () => {
  it('shows severity, rule, message, place, carets and what is related', () => {
    assert.equal(renderReport([problem, problem], { text: () => 'a: 1\nb: 2\n', path }), `\
error a/b oh
  a.yaml:2:1
  2 | b: 2
    | ^
  a.yaml:1:1 see here

error a/b oh
  a.yaml:2:1
  2 | b: 2
    | ^
  a.yaml:1:1 see here
`);
  });

  it('leaves out lines of a text that cannot be had', () => {
    assert.equal(renderReport([problem], { text: () => undefined, path }), 'error a/b oh\n  a.yaml\n  a.yaml see here\n');
  });

  it('lets its caller colour the parts, not the source', () => {
    const parts: string[] = [];
    renderReport([problem], { text: () => 'a: 1\nb: 2\n', path, paint: (part, text, severity) => { parts.push(`${part} ${severity} ${text.trim()}`); return text; } });
    assert.deepEqual(parts, [
      'severity error error', 'code error a/b', 'place error a.yaml:2:1', 'caret error | ^', 'place error a.yaml:1:1',
    ]);
  });
});
