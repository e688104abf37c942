import assert from 'node:assert/strict';
import { mosquitto } from '../../../src/readers/mosquitto/reader';
import { fuzzReader } from '../../support/fuzzReader';
import { rangesOf } from '../../support/ranges';
import { fact, reading } from '../../support/reading';

const read = (text: string, path = 'edge/mosquitto.conf'): ReturnType<typeof reading> => reading(mosquitto, text, path);

const edge = `# the broker on site
persistence true
persistence_location /mosquitto/data/
allow_anonymous false
password_file /mosquitto/passwd
max_queued_messages 5000
queue_qos0_messages true

listener 1883 10.0.0.5
listener 8883
certfile /certs/server.crt
listener 9001
protocol websockets
listener 0 /run/mosquitto.sock
listener 9883
protocol http_api

connection cloud # to headquarters
address mqtt.example.com:8883 backup.example.com
bridge_cafile /certs/ca.crt
remote_username edge-1
remote_password s3cret word
cleansession false
topic sensors/# out 1 "" site/7/
topic cmd/+ in 2
topic "" both 0 state/local state/remote
topic # # everything, outwards
`;

describe('mosquitto.conf', () => {
  it('reads listeners, security, persistence and a bridge with its topics', () => {
    const r = read(edge);
    assert.deepEqual(r.lines, [
      'broker edge mqtt',
      'broker mqtt.example.com:8883 mqtt mqtt.example.com:8883 tls',
      'credential edge-1 remote_password secret',
      'bridge sensors/# -> site/7/sensors/# by bridge "cloud"',
      'bridge cmd/+ -> cmd/+ by bridge "cloud"',
      'bridge state/local -> state/remote by bridge "cloud"',
      'bridge state/remote -> state/local by bridge "cloud"',
      'bridge # -> # by bridge "cloud"',
    ]);
    assert.equal(r.report, '');
    assert.ok(!JSON.stringify(r.facts).includes('s3cret'));
  });

  it('keeps addresses of network listeners, what is said of security, and a note of the rest', () => {
    const r = read(edge);
    const broker = fact(r, 'broker');
    assert.deepEqual(broker.addresses?.map((a) => [a.value, r.textAt(a.at)]), [
      ['10.0.0.5:1883', '1883'], ['0.0.0.0:8883', '8883'], ['0.0.0.0:9001', '9001'],
    ]);
    assert.equal(r.caret(broker.anonymous?.at), ['4 | allow_anonymous false', '  |                 ^^^^^'].join('\n'));
    assert.deepEqual([broker.anonymous?.value, broker.persistence?.value, broker.tls], [false, true, undefined]);
    assert.equal(broker.note, 'max_queued_messages 5000, queue_qos0_messages true. '
      + 'Listeners: 8883: TLS; 9001: websockets; 9883: http_api. Logins are in /mosquitto/passwd. '
      + 'Bridges: cloud (cleansession false).');
  });

  it('sends topics of a bridge the right way, between the right brokers, at their QoS', () => {
    const r = read(edge);
    const routes = r.facts.flatMap((f) => (f.kind === 'route' ? [f] : []));
    assert.deepEqual(routes.map((f) => [f.from.broker, f.to.broker, f.qos?.value, r.textAt(f.qos?.at)]), [
      ['edge', 'mqtt.example.com:8883', 1, '1'],
      ['mqtt.example.com:8883', 'edge', 2, '2'],
      ['edge', 'mqtt.example.com:8883', 0, '0'],
      ['mqtt.example.com:8883', 'edge', 0, '0'],
      ['edge', 'mqtt.example.com:8883', 0, 'topic'],
    ]);
    assert.deepEqual(routes.slice(0, 3).map((f) => [r.textAt(f.from.name.at), r.textAt(f.to.name.at)]), [
      ['sensors/#', 'sensors/#'], ['cmd/+', 'cmd/+'], ['state/local', 'state/remote'],
    ]);
    assert.equal(routes[0]?.arguments, 'cleansession false');
    assert.equal(routes[4]?.note, 'The line says no QoS, which means 0.');
    assert.equal(r.textAt(fact(r, 'credential').secret), 's3cret word');
    const remote = fact(r, 'broker', (f) => f.name.value !== 'edge');
    assert.deepEqual([r.textAt(remote.name.at), remote.addresses?.map((a) => a.value), r.textAt(remote.tls?.at)],
      ['mqtt.example.com:8883', ['backup.example.com'], 'bridge_cafile']);
  });

  // Tried with mosquitto 2.0.11; quotes with blanks from the source of 2.1.
  it('reads odd topic lines as the broker does', () => {
    const topics = (lines: string): string[] =>
      read(`connection b\naddress h.example\n${lines}`, 'conf.d/bridge.conf').lines.flatMap((l) => /^bridge (.*) by/.exec(l)?.[1] ?? []);
    assert.deepEqual(topics('topic a'), ['a -> a']);
    assert.deepEqual(topics('topic a OUT 1'), ['a -> a']);
    assert.deepEqual(topics('topic  c/+/d   in  2  '), ['c/+/d -> c/+/d']);
    assert.deepEqual(topics('topic a out 1 l'), ['la -> a']);
    assert.deepEqual(topics('topic a out 1 l/ r/ more'), ['l/a -> r/a']);
    assert.deepEqual(topics('topic a out 1 l/ ""'), ['l/a -> a']);
    assert.deepEqual(topics('topic a in 1 "" r/'), ['r/a -> a']);
    assert.deepEqual(topics('topic a out # note'), ['a -> a']);
    assert.deepEqual(topics('topic "my topic" out 1 l/ r/'), ['l/my topic -> r/my topic']);
    // These it refuses.
    assert.deepEqual(topics('topic a 1\ntopic a out 3\ntopic "" in 1 "" r\ntopic "a\ntopic'), []);
  });

  it('says of a bridge without certificates that it speaks plain text', () => {
    const r = read('connection b\naddress h.example:8883\ntopic a in', 'conf.d/b.conf');
    const remote = fact(r, 'broker', (f) => f.name.value !== 'mosquitto');
    assert.deepEqual([remote.tls?.value, r.textAt(remote.tls?.at)], [false, 'h.example:8883']);
  });

  it('names the other end after the connection where its address is filled in elsewhere', () => {
    const r = read('connection up\naddress ${REMOTE}:1883\ntopic a in 1\ntopic b out 0 x/$NODE_ID/ y/\nremote_password $PASS\n');
    assert.deepEqual(r.lines, ['broker mosquitto mqtt', 'broker up mqtt', 'credential - remote_password', 'bridge a -> a by bridge "up"']);
    assert.deepEqual(r.skipped?.map((at) => r.textAt(at)), ['${REMOTE}:1883', 'x/$NODE_ID/']);
  });

  it('takes a name in angle brackets for one to be filled in', () => {
    const r = read('connection up\naddress <host>:<port>\ntopic a/<site>/# in 1\n');
    assert.deepEqual(r.lines, ['broker mosquitto mqtt', 'broker up mqtt']);
  });

  it('takes the last of what stands twice, and knows old ways to say a port', () => {
    const r = read('port 1884\nbind_address 127.0.0.1\npersistence true\npersistence false\nallow_anonymous true # all\n');
    const broker = fact(r, 'broker');
    assert.deepEqual(broker.addresses?.map((a) => a.value), ['127.0.0.1:1884']);
    assert.deepEqual([broker.persistence?.value, broker.anonymous?.value], [false, true]);
  });

  it('takes no other word for a boolean than the broker does', () => {
    const broker = fact(read('listener 1\nallow_anonymous True\npersistence "true"\n'), 'broker');
    assert.deepEqual([broker.anonymous, broker.persistence], [undefined, undefined]);
  });

  it('knows listeners with security of their own', () => {
    const r = read('per_listener_settings true\nlistener 1883\nallow_anonymous false\nlistener 1884 localhost\nallow_anonymous true\n');
    const { anonymous } = fact(r, 'broker');
    assert.equal(anonymous?.value, true);
    assert.equal(r.caret(anonymous?.at), ['5 | allow_anonymous true', '  |                 ^^^^'].join('\n'));
  });

  it('says TLS where all listeners have it, and persistence where a plugin gives it', () => {
    const r = read('listener 8883\ncertfile /c\nkeyfile /k\nlistener 8884\npsk_hint h\nplugin /usr/lib/mosquitto_persist_sqlite.so\n');
    const broker = fact(r, 'broker');
    assert.deepEqual([broker.tls?.value, r.textAt(broker.tls?.at)], [true, 'keyfile']);
    assert.deepEqual([broker.persistence?.value, r.textAt(broker.persistence?.at)], [true, '/usr/lib/mosquitto_persist_sqlite.so']);
  });

  it('tells how long what is queued stays in memory only, and how much is queued', () => {
    const said = (text: string): unknown[] => {
      const r = read(`listener 1883\npersistence true\n${text}`);
      const { syncInterval, maxQueuedMessages, open } = fact(r, 'broker');
      return [syncInterval?.value, r.textAt(syncInterval?.at), maxQueuedMessages?.value, open];
    };
    assert.deepEqual(said('autosave_interval 60\nmax_queued_messages 0\n'), [60_000, '60', 0, undefined]);
    assert.deepEqual(said('max_queued_messages 5000\n'), [undefined, '(nowhere)', 5000, undefined]);
    // Saved at the end only, or by the number of changes: nobody can tell a time.
    assert.deepEqual(said('autosave_interval 0\n'), [undefined, '(nowhere)', undefined, ['syncInterval']]);
    assert.deepEqual(said('autosave_on_changes true\nautosave_interval 1\n'), [undefined, '(nowhere)', undefined, ['syncInterval']]);
    assert.equal(fact(read(edge), 'broker').software, 'mosquitto');
  });

  it('tells the largest packet that it takes', () => {
    const size = (text: string): number | undefined => fact(read(`listener 1883\n${text}`), 'broker').maxMessageSize?.value;
    assert.deepEqual([size('max_packet_size 1000000\n'), size('message_size_limit 0\n'), size('')], [1_000_000, 0, undefined]);
  });

  it('reads a file of comments as a broker with defaults', () => {
    const r = read('# Config file for mosquitto\n#\n#listener 1883\n');
    assert.deepEqual(r.lines, ['broker mosquitto mqtt']);
    assert.match(fact(r, 'broker').note ?? '', /defaults/);
  });

  it('keeps every place inside of the file, whatever is typed', () => {
    fuzzReader(mosquitto, [edge, acl], '/edge/mosquitto.conf', 1_500);
    assert.ok(rangesOf(read(edge).facts).every((at) => at.end <= edge.length));
  });
});

const acl = `topic read $SYS/#
topic public/news
user gauge
topic write plant/1/temp
topic plant/1/config
topic deny plant/1/secret
topic read plant/1/secret
user panel
topic read plant/+/temp
topic readwrite notes for all
topic read #
pattern write devices/%u/state
`;

describe('mosquitto access lists', () => {
  it('takes users whose lines name topics for services', () => {
    const r = read(acl, 'edge/aclfile');
    assert.deepEqual(r.lines, [
      'service gauge',
      'gauge -> plant/1/temp open=qos,retain',
      'gauge -> plant/1/config open=qos,retain',
      'gauge <- plant/1/config open=qos,cleanStart,sessionExpiry',
      'service panel',
      'panel <- plant/+/temp open=qos,cleanStart,sessionExpiry',
      'panel -> notes for all open=qos,retain',
      'panel <- notes for all open=qos,cleanStart,sessionExpiry',
    ]);
    const edges = r.facts.flatMap((f) => (f.kind === 'publish' || f.kind === 'consume' ? [f] : []));
    assert.ok(edges.every((e) => e.inferred !== undefined && r.textAt(e.channel?.name.at) === e.channel?.name.value));
    assert.equal(edges[0]?.inferred, 'the user gauge may publish to plant/1/temp');
    assert.equal(r.textAt(fact(r, 'service').name.at), 'gauge');
  });

  it('keeps every place inside of the file, whatever is typed', () => {
    fuzzReader(mosquitto, [acl], '/edge/aclfile', 1_000);
    assert.ok(rangesOf(read(acl, 'edge/aclfile').facts).every((at) => at.end <= acl.length));
  });
});

describe('mosquitto: recognition', () => {
  const recognized = (text: string, path: string): boolean => mosquitto.recognizes({ id: 'file:///x' as never, path, text });

  it('goes by name, then by keys', () => {
    assert.ok(recognized('listener 1883\n', '/mosquitto.conf'));
    assert.ok(recognized('port 1883\n', '/docker/mosquitto-dev.conf.tpl'));
    assert.ok(recognized('# MQTT\n# listener 1883\n', '/mosquitto.conf'));
    assert.ok(recognized('listener 1883\nallow_anonymous true\n', '/broker.conf'));
    assert.ok(recognized('connection c\naddress a:1\ntopic # both\n', '/conf.d/bridge.conf'));
    assert.ok(recognized('topic read a\n', '/acl.conf') && recognized('user a\ntopic b\n', '/mosquitto.acl'));
    assert.ok(recognized('user a\ntopic b\n', '/config/acl') && recognized('topic a\n', '/acl_file.example'));
  });

  it('leaves other files alone', () => {
    assert.ok(!recognized('description "MQTT broker"\nstart on runlevel [2345]\nexec mosquitto\n', '/init/mosquitto.conf'));
    assert.ok(!recognized('[program:mosquitto]\ncommand=mosquitto\n', '/supervisor/mosquitto.conf'));
    assert.ok(!recognized('', '/mosquitto.conf'));
    assert.ok(!recognized('port 6379\nbind 127.0.0.1\nuser x\n', '/redis.conf'));
    assert.ok(!recognized('user nginx;\nhttp { listener x; }\n', '/nginx.conf'));
    assert.ok(!recognized('listener 1883\n', '/x.yaml'));
    assert.ok(!recognized('acl lan src 10.0.0.0/8\nhttp_access allow lan\n', '/squid/acl.conf'));
    assert.ok(!recognized('user a\nuser b\n', '/aclfile') && !recognized('', '/aclfile'));
  });
});
