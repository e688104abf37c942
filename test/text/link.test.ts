import assert from 'node:assert/strict';
import { linkFrom } from '../../src/text/link';

describe('linkFrom', () => {
  it('leads from a folder to a file', () => {
    assert.equal(linkFrom('/project/out', '/project/shop/a.yaml'), '../shop/a.yaml');
    assert.equal(linkFrom('/project', '/project/a.yaml'), 'a.yaml');
    assert.equal(linkFrom('/project/a.yaml', '/project/a.yaml'), '../a.yaml');
    assert.equal(linkFrom('/', '/a.yaml'), 'a.yaml');
    assert.equal(linkFrom('/home/me/storage', '/srv/shop/a.yaml'), '../../../srv/shop/a.yaml');
  });

  it('ends at no letter of a name', () => {
    assert.equal(linkFrom('/w', '/w/a b/(c) [d]/<e>#1?.yaml'), 'a%20b/%28c%29%20%5Bd%5D/%3Ce%3E%231%3F.yaml');
    assert.equal(linkFrom('/w', '/w/javascript:alert(1).yaml'), 'javascript%3Aalert%281%29.yaml');
  });

  it('is none where no relative path leads there', () => {
    assert.equal(linkFrom('/c:/work', '/d:/shop/a.yaml'), undefined);
    assert.equal(linkFrom('/c:/work', '/c:/shop/a.yaml'), '../shop/a.yaml');
    assert.equal(linkFrom('/home/me', '/untitled:/Untitled-1'), undefined);
  });
});
