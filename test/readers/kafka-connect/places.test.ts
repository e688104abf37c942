import assert from 'node:assert/strict';
import { connector } from './support';

/** What stands at the places of all names of topics. */
function places(text: string, path?: string): string[] {
  const r = connector(text, path);
  return r.facts.flatMap((f) => (f.kind === 'publish' || f.kind === 'consume' ? [r.textAt(f.channel?.name.at)] : []));
}

describe('kafka connect: places in lists', () => {
  it('stands on each part, also of escaped and of continued text', () => {
    assert.deepEqual(places('name=a\nconnector.class=x.FooSink\ntopics= one , two,\\\n   three\n'), ['one', 'two', 'three']);
    const source = '"connector.class": "io.debezium.connector.mysql.MySqlConnector", "topic.prefix": "p"';
    assert.deepEqual(places(`{ "name": "a", ${source}, "table.include.list": "s\\\\.one, s.two" }`, '/a.json'), ['s\\\\.one', 's.two']);
  });

  it('keeps what is known of a list with placeholders', () => {
    assert.deepEqual(places('name=a\nconnector.class=x.FooSink\ntopics=one, ${env:TWO}, three, ${file:/a,b:c}\n'), ['one', 'three']);
    assert.deepEqual(places('{ "name": "a", "connector.class": "x.FooSink", "topics": "one,{{ two }},three" }', '/a.json'), ['one', 'three']);
  });

  it('stands on the whole value where a placeholder\'s default holds the commas', () => {
    assert.deepEqual(places('name: a\nconnector.class: x.FooSink\ntopics: "${TOPICS:-one,two}"\n', '/a.yaml'),
      ['${TOPICS:-one,two}', '${TOPICS:-one,two}']);
  });
});
