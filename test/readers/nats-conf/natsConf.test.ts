import assert from 'node:assert/strict';
import { natsConf } from '../../../src/readers/nats-conf/reader';
import { fuzzReader } from '../../support/fuzzReader';
import { rangesOf } from '../../support/ranges';
import { fact, reading } from '../../support/reading';

const read = (text: string, path = 'deploy/nats.conf'): ReturnType<typeof reading> => reading(natsConf, text, path);

const server = `# the hub
server_name: hub-1
listen: 0.0.0.0:4222
client_advertise: nats.example.com:4222
max_payload: 8MB
tls { cert_file: "/certs/tls.crt", key_file: "/certs/tls.key" }
jetstream {
  store_dir: /data
  max_mem: 1GB
  max_file: 10GB
}
shop_may = {
  publish = ["orders.placed", "orders.cancelled"]
  subscribe = { allow: ["stock.* workers", "_INBOX.>"], deny: ["stock.secret"] }
}
accounts {
  SHOP {
    users = [
      {user: checkout, password: s3cret, permissions: $shop_may}
      {user: admin, password: $ADMIN_PASSWORD, permissions: { publish: ">", subscribe: ">" }}
      {nkey: UC6NLCN7AS34YOJVCYD4PJ3QB7QGLYG5B5IMBT25VW5K4TNUJODM7BOX}
    ]
    exports = [ { stream: "orders.>" } ]
  }
  BILLING {
    users: [ {user: billing, password: $2a$11$W2zko751KUvVy59mUTWmpOdWjpEm5qhcCZRd05GjI} ]
    imports: [
      { stream: { account: SHOP, subject: "orders.>" }, prefix: shop }
      { stream: { account: SHOP, subject: "stock.low" } }
      { service: { account: SHOP, subject: "price.get" }, to: "shop.price" }
    ]
  }
}
leafnodes {
  remotes = [ { url: "nats-leaf://edge:pa55@leaf.example.com:7422", account: SHOP } ]
}
`;

describe('nats configuration', () => {
  it('reads a server with accounts, permissions, imports and leaf nodes', () => {
    const r = read(server);
    assert.deepEqual(r.lines, [
      'broker hub-1 nats tls',
      'credential checkout accounts.SHOP.users.password secret',
      'service checkout',
      'checkout -> orders.placed open=waitForAck',
      'checkout -> orders.cancelled open=waitForAck',
      'checkout <- stock.* open=durable,ackPolicy,ackWait,maxDeliver queueGroup=workers',
      'credential admin accounts.SHOP.users.password',
      'credential billing accounts.BILLING.users.password',
      'credential edge user info of leafnodes.remotes secret',
      'import orders.> -> shop.orders.> by account BILLING, which imports the stream of SHOP',
      'import shop.price -> price.get by account BILLING, which imports the service of SHOP',
    ]);
    assert.equal(r.report, '');
    assert.ok(!JSON.stringify(r.facts).includes('s3cret') && !JSON.stringify(r.facts).includes('pa55'));
  });

  it('says what decides delivery and has no field of its own in a note', () => {
    assert.equal(fact(read(server), 'broker').note,
      'JetStream is on (store_dir /data, max_mem 1GB, max_file 10GB). max_payload 8MB. '
      + 'Accounts, each with subjects of its own: SHOP (3 users), BILLING (1 user). '
      + 'Leaf node of nats-leaf://leaf.example.com:7422 for account SHOP: subjects pass between them.');
  });

  it('keeps places of names, addresses, subjects, queue groups and secrets', () => {
    const r = read(server);
    const broker = fact(r, 'broker');
    assert.equal(r.textAt(broker.name.at), 'hub-1');
    assert.deepEqual(broker.addresses?.map((a) => [a.value, r.textAt(a.at)]), [
      ['nats.example.com:4222', 'nats.example.com:4222'], ['0.0.0.0:4222', '0.0.0.0:4222'],
    ]);
    assert.equal(r.textAt(broker.tls?.at), 'tls');
    assert.equal(r.textAt(broker.anonymous?.at), 'accounts');
    const consume = fact(r, 'consume');
    assert.equal(r.caret(consume.channel?.name.at),
      ['14 |   subscribe = { allow: ["stock.* workers", "_INBOX.>"], deny: ["stock.secret"] }',
        '   |                          ^^^^^^^'].join('\n'));
    assert.equal(r.textAt(consume.settings.queueGroup?.at), 'workers');
    assert.equal(r.textAt(consume.service.at), 'checkout');
    assert.equal(r.textAt(fact(r, 'credential', (c) => c.user?.value === 'checkout').secret), 's3cret');
    assert.equal(r.textAt(fact(r, 'credential', (c) => c.user?.value === 'edge').secret), 'pa55');
    assert.equal(r.textAt(fact(r, 'credential', (c) => c.user?.value === 'edge').user?.at), 'edge');
  });

  it('tells of values that are filled in elsewhere, apart from secrets, which should be', () => {
    const r = read('listen: $ADDRESS\nauthorization { token: $TOKEN }\nserver_name: "{{ .Release.Name }}"');
    assert.deepEqual(r.skipped?.map((at) => r.textAt(at)), ['$ADDRESS', '"{{ .Release.Name }}"']);
    assert.deepEqual(r.lines, ['broker nats nats', 'credential - authorization.token']);
    assert.match(r.report, /^info reading\/placeholders/);
    const quoted = read('authorization { users = [ {user: "$USER_A", password: "$PASS_A", permissions: {sub: a.b}} ] }');
    assert.deepEqual(quoted.lines.slice(1), ['credential - authorization.users.password']);
  });

  it('names the broker after its cluster, its server name or its file', () => {
    const name = (text: string, path?: string): string => fact(read(text, path), 'broker').name.value;
    assert.equal(name('server_name: n1\ncluster { name: blue, listen: 0.0.0.0:6222, routes: [nats://a:6222] }'), 'blue');
    assert.equal(name('server_name: n1\nport: 4222\njetstream: true'), 'n1');
    assert.equal(name('port: 4222\njetstream: true', 'deploy/nats-hub.conf.j2'), 'nats-hub');
    assert.match(fact(read('port: 4222\njetstream: true'), 'broker').inferred ?? '', /no name/);
  });

  it('tells the address from listen, or from host and port', () => {
    const at = (text: string): string | undefined => fact(read(text), 'broker').addresses?.map((a) => a.value).join();
    assert.equal(at('listen: 4333'), '0.0.0.0:4333');
    assert.equal(at('listen: ":4333"'), '0.0.0.0:4333');
    assert.equal(at('port: 4333\nhost: "::1"'), '[::1]:4333');
    assert.equal(at('net: localhost'), 'localhost:4222');
    assert.equal(at('port: -1'), undefined);
    assert.equal(at('jetstream: true'), undefined);
    assert.equal(at('listen: $ADDRESS'), undefined);
  });

  it('says whether anybody may connect, where the file tells it', () => {
    const anonymous = (text: string): string => {
      const r = read(text);
      const said = fact(r, 'broker').anonymous;
      return `${said?.value} ${r.textAt(said?.at)}`;
    };
    assert.equal(anonymous('jetstream: true\nport: 4222'), 'true port');
    assert.equal(anonymous('authorization { token: $T }'), 'false authorization');
    assert.equal(anonymous('authorization { timeout: 1 }\nport: 1'), 'true port');
    assert.equal(anonymous('no_auth_user: guest\naccounts { A { users: [{user: guest, password: x}] } }'), 'true guest');
    assert.equal(anonymous('operator: eyJ0'), 'false operator');
    // What the server's INFO says of auth_required, tried with 2.9.10.
    assert.equal(anonymous('accounts: [A, B]\nport: 1'), 'true port');
    assert.equal(anonymous('port: 1\nauthorization { users: [] }'), 'true port');
    assert.equal(anonymous('port: 1\naccounts { A { nkey: ABC, exports: [{stream: x}] } }'), 'true port');
    assert.equal(anonymous('accounts { $SYS { users: [{user: a, password: b}] } }'), 'false accounts');
    assert.match(fact(read('port: 1\njetstream: on'), 'broker').note ?? '', /^Nothing in it asks .*JetStream is on\.$/);
    // It may stand in the other file, in the template, or in the certificate.
    assert.equal(anonymous('port: 1\ninclude auth.conf'), 'undefined (nowhere)');
    assert.equal(anonymous('port: 1\n{{ .Values.auth }}'), 'undefined (nowhere)');
    assert.equal(anonymous('port: 1\ntls { verify_and_map: true }'), 'undefined (nowhere)');
  });

  it('finds secrets of all ports, but no hashes, variables or placeholders', () => {
    const r = read(`port: 4222
P: hunter2
authorization { user: a, password: $P }
cluster { authorization { user: route, password: "r0ute" }, routes: [ "nats://route:r0ute@n2:6222", nats://n3:6222 ] }
gateway { gateways: [ { name: B, urls: ["nats://tok@b:7222"] } ] }
websocket { authorization { token: t0ken } }
mqtt { authorization { user: m, pass: "{{ .Values.pass }}" } }
jetstream { key: k3y }
leafnodes { authorization { users: [ {user: l, password: "$2b$10$abcdefghijklmnopqrstuv"} ] } }
`);
    const found = r.facts.flatMap((f) => (f.kind === 'credential' ? [[f.where, f.user?.value, r.textAt(f.secret)]] : []));
    assert.deepEqual(found, [
      ['authorization.password', 'a', 'hunter2'],
      ['cluster.authorization.password', 'route', 'r0ute'],
      ['leafnodes.authorization.users.password', 'l', '(nowhere)'],
      ['websocket.authorization.token', undefined, 't0ken'],
      ['mqtt.authorization.password', 'm', '(nowhere)'],
      ['jetstream.key', undefined, 'k3y'],
      ['user info of cluster.routes', 'route', 'r0ute'],
      ['user info of gateway.gateways', undefined, 'tok'],
    ]);
  });

  it('gives users without permissions the default ones, and makes no services of those who may do everything', () => {
    const r = read(`authorization {
  default_permissions = { subscribe: ["news.>", "*.created", "*.>", "$SYS.>"] }
  users = [ {user: reader, password: x}, {user: root, password: y, permissions: {pub: ">", sub: ">"}} ]
}`);
    assert.deepEqual(r.lines.filter((l) => !l.startsWith('credential')).slice(1), [
      'service reader',
      'reader <- news.> open=durable,ackPolicy,ackWait,maxDeliver',
      'reader <- *.created open=durable,ackPolicy,ackWait,maxDeliver',
    ]);
    assert.match(fact(r, 'consume').inferred ?? '', /user reader may subscribe to news\.>/);
  });

  it('makes no flows of the system account', () => {
    const r = read(`system_account: WATCH
accounts { WATCH { users: [ {user: sys, password: x, permissions: {subscribe: "server.stats"}} ] } }`);
    assert.deepEqual(r.lines.slice(1), ['credential sys accounts.WATCH.users.password secret']);
  });

  it('reads subject mappings as routes, with any token where one is carried over', () => {
    const r = read(`port: 4222
mappings = {
  old.orders: orders
  "req.*": "req.{{wildcard(1)}}.v2"
  split: [ {destination: split.a, weight: 50%}, {destination: "split.b", weight: 50%} ]
}
max_payload: 1MB`);
    assert.deepEqual(r.lines.slice(1), [
      'mapping old.orders -> orders by the subject mapping',
      'mapping req.* -> req.*.v2 by the subject mapping',
      'mapping split -> split.a by the subject mapping',
      'mapping split -> split.b by the subject mapping',
    ]);
    assert.equal(r.textAt(fact(r, 'route', (f) => f.from.name.value === 'req.*').from.name.at), 'req.*');
  });

  it('reads users of a file that others include, without a broker', () => {
    const r = read('include ./passwords.conf\nusers = [ {user: alice, password: $ALICE}, {user: bob, password: b0b} ]', 'conf/users.conf');
    assert.deepEqual(r.lines, ['credential alice users.password', 'credential bob users.password secret']);
  });

  it('reads what is there of half-typed text', () => {
    const r = read('server_name: n1\nauthorization {\n  users = [\n    {user: a, password: "x\n    {user: ');
    assert.equal(r.lines[0], 'broker n1 nats');
    assert.equal(r.lines[1], 'credential a authorization.users.password secret');
    assert.match(r.report, /not closed/);
  });

  it('keeps every place inside of the file, whatever is typed', () => {
    fuzzReader(natsConf, [server, '{ "port": 4222, "authorization": { "token": "x" } }'], '/deploy/nats.conf', 1_500);
    assert.ok(rangesOf(read(server).facts).every((at) => at.end <= server.length));
  });
});

describe('nats configuration: recognition', () => {
  const recognized = (text: string, path = '/x.conf'): boolean => natsConf.recognizes({ id: 'file:///x' as never, path, text });

  it('reads the largest payload in the server\'s units', () => {
    const size = (said: string): number | undefined => fact(read(`port: 4222\nmax_payload: ${said}\n`), 'broker').maxMessageSize?.value;
    assert.deepEqual(['8MB', '64Kb', '1M', '2Mi', '4096', 'much'].map(size), [8_388_608, 65_536, 1_000_000, 2_097_152, 4096, undefined]);
  });

  it('tells how long JetStream leaves what it stores to the operating system', () => {
    const sync = (block: string): string => {
      const r = read(`port: 4222\njetstream { store_dir: /data, ${block} }\n`);
      const { syncInterval } = fact(r, 'broker');
      return `${syncInterval?.value} ${r.textAt(syncInterval?.at)}`;
    };
    assert.equal(sync('sync_interval: "30s"'), '30000 30s');
    assert.equal(sync('sync: always'), '0 always');
    assert.equal(sync('sync_interval: 10'), '10000 10');
    assert.equal(sync('max_mem: 1GB'), 'undefined (nowhere)');
    assert.equal(sync('sync_interval: $SYNC'), 'undefined (nowhere)');
  });

  it('goes by name, then by keys', () => {
    assert.ok(recognized('port: 4222\n', '/nats.conf'));
    assert.ok(recognized('listen: 127.0.0.1:4222\nhttp: 8222\n', '/etc/nats-server.conf.tpl'));
    assert.ok(recognized('listen: 127.0.0.1:4222\nauthorization {\n  include "users.conf"\n}\n'));
    assert.ok(recognized('{\n  server_name: nats\n  port: 4222\n  jetstream {\n    store_dir: "/data"\n  }\n}\n', '/hub.conf'));
    assert.ok(recognized('accounts: {\n  A: { users: [ {user: a, password: b} ] }\n}\n'));
    assert.ok(recognized('users = [\n  {user: alice, password: x}\n]\n', '/users.conf'));
    assert.ok(recognized('ADMIN = { publish: ">" }\nauthorization { users = [ {user: a, permissions: $ADMIN} ] }'));
  });

  it('leaves other configuration alone', () => {
    for (const text of [
      'user nginx;\nevents { worker_connections 1024; }\nhttp {\n  server { listen 80; server_name example.com; }\n}\n',
      'server {\n  listen 443 ssl;\n  server_name a.example;\n  location / { proxy_pass http://b; }\n}\n',
      'akka {\n  loglevel = INFO\n  cluster { seed-nodes = ["akka://a@h:1"] }\n}\nhttp { port = 8080 }\n',
      'cluster {\n  name = blue\n}\napp { port: 8080, host: "x" }\ndb { url = "jdbc:x" }\n',
      'port 6379\nbind 127.0.0.1\nmaxmemory 1gb\n',
      'listener 1883\nallow_anonymous true\n',
      'frontend http\n  bind *:80\n  default_backend b\n',
      'listen stats\n  bind :9000\n  stats enable\n',
      '[Unit]\nDescription=x\n',
      'listen=YES\nanonymous_enable=NO\n',
      '', 'port', '# nats',
    ]) assert.ok(!recognized(text), text);
    assert.ok(!recognized('[program:nats]\ncommand=nats-server\n', '/etc/supervisor/nats.conf'));
    assert.ok(!recognized('upstream nats { server nats:4222; }\nserver { listen 4223; }\n', '/etc/nginx/nats.conf'));
    assert.ok(!recognized('jetstream: true\nport: 1\nhttp: 2', '/x.yaml'));
  });
});
