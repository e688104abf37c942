import assert from 'node:assert/strict';
import { guaranteesOf } from '../../src/delivery/guarantees';
import type { Place } from '../../src/protocol/common';
import { reportMarkdown } from '../../src/server/report';
import type { SourceRange } from '../../src/text/range';
import { fixtureModel } from '../support/fixture';

const place = (at: SourceRange): Place => ({
  uri: at.file, start: { line: 6, character: at.start }, end: { line: 6, character: at.end },
});

function report(text: string, folders: readonly string[] = ['']): string {
  const { model } = fixtureModel(text);
  return reportMarkdown({ model, problems: new Map() }, {
    guarantees: guaranteesOf(model), place, folders, from: '/home/me/storage', exists: () => true, isOff: () => false,
  });
}

const services = (count: number): string => Array.from({ length: count }, (_, i) =>
  `  reader-${String(i).padStart(3, '0')}: { consumes: { orders: { group: g${i} } } }\n`).join('');
const shop = (count: number, last = ''): string =>
  `flow: 1\nbrokers: { events: { protocol: kafka } }\nchannels: { orders: { broker: events } }\nservices:\n  checkout: { publishes: { orders: { acks: all } } }\n${services(count)}${last}`;

describe('the report for the editor', () => {
  it('has links that lead from where it is written to the places', () => {
    const markdown = report(shop(1));
    assert.match(markdown, /\[test\.flow\.yaml:7\]\(\.\.\/\.\.\/\.\.\/test\.flow\.yaml#L7\)/);
    assert.match(markdown, /\n## checkout → orders → reader-000\n/);
  });

  it('shows a flow with a fault where there are too many to show all', () => {
    const markdown = report(shop(250, '  zebra: { consumes: { orders: { commit: before-processing } } }\n'));
    assert.equal(markdown.match(/\n## /g)?.length, 200);
    assert.ok(markdown.includes('\n## checkout → orders → zebra\n'));
    assert.ok(markdown.includes('\n51 more flows have no section here'));
    assert.match(markdown, /^251 flows\./m);
  });
});
