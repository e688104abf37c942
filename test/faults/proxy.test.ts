import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { until } from '../../scripts/support/until.mjs';
import { amqpFraming, kafkaFraming, mqttFraming, natsFraming, type Frame } from './frames';
import { startProxy, type Proxy } from './proxy';

/** Answers each line with `+` and the line, and keeps what it was asked. */
async function echo(): Promise<{ server: Server; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((socket) => {
    let rest = '';
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      const lines = (rest + chunk).split('\r\n');
      rest = lines.pop()!;
      for (const line of lines) {
        asked.push(line);
        socket.write(`+${line}\r\n`);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, asked };
}

describe('the proxy of the fault harness', () => {
  let server: Server;
  let asked: string[];
  let proxy: Proxy;
  let sockets: Socket[];

  beforeEach(async () => {
    ({ server, asked } = await echo());
    proxy = await startProxy(natsFraming, (server.address() as AddressInfo).port);
    sockets = [];
  });
  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    await proxy.close();
    server.close();
  });

  /** A client with all that it has read, and whether its connection has ended. */
  async function client(): Promise<{ socket: Socket; read: () => string; ended: () => boolean }> {
    const socket = connect(proxy.port, '127.0.0.1');
    sockets.push(socket);
    let text = '';
    let over = false;
    socket.setEncoding('utf8').on('data', (chunk: string) => { text += chunk; });
    socket.on('error', () => {}).on('close', () => { over = true; });
    await once(socket, 'connect');
    return { socket, read: () => text, ended: () => over };
  }

  it('passes on what no rule names, in pieces of any size', async () => {
    const { socket, read } = await client();
    for (const piece of ['ONE', '\r', '\nTW', 'O\r\nTHREE\r\n']) {
      socket.write(piece);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await until(() => read() === '+ONE\r\n+TWO\r\n+THREE\r\n', { what: 'three answers', every: 5 });
    assert.equal(proxy.passed('client', 'TWO'), 1);
  });

  it('loses a request: what was sent before arrives, it and the rest do not', async () => {
    const { socket, ended } = await client();
    const lost = proxy.lose('client', 'TWO');
    socket.write('ONE\r\nTWO\r\nTHREE\r\n');
    await lost;
    await until(() => ended() && asked.length > 0, { what: 'the cut', every: 5 });
    assert.deepEqual(asked, ['ONE']);
  });

  it('loses a reply: the broker was asked, the client never hears', async () => {
    const { socket, read, ended } = await client();
    const lost = proxy.lose('broker', '+TWO');
    socket.write('ONE\r\nTWO\r\n');
    await lost;
    await until(ended, { what: 'the cut', every: 5 });
    assert.deepEqual([asked, read()], [['ONE', 'TWO'], '+ONE\r\n']);
  });

  it('counts the nth frame over all connections, and works once', async () => {
    const lost = proxy.lose('client', 'GO', 2);
    const first = await client();
    first.socket.write('GO\r\n');
    await until(() => asked.length === 1, { what: 'the first', every: 5 });
    const second = await client();
    second.socket.write('GO\r\n');
    await lost;
    const third = await client();
    third.socket.write('GO\r\n');
    await until(() => third.read() === '+GO\r\n', { what: 'the third', every: 5 });
    assert.equal(asked.length, 2);
  });

  it('holds a frame and what is behind it until it is released, in order', async () => {
    const { socket, read } = await client();
    const hold = proxy.hold('client', 'TWO');
    socket.write('ONE\r\nTWO\r\nTHREE\r\n');
    await hold.held;
    await until(() => read() === '+ONE\r\n', { what: 'the first answer', every: 5 });
    assert.deepEqual(asked, ['ONE']);
    assert.equal(proxy.kept('THREE'), 1);
    hold.release();
    await until(() => asked.length === 3, { what: 'the rest', every: 5 });
    assert.deepEqual(asked, ['ONE', 'TWO', 'THREE']);
  });

  it('lets nobody through while it is shut', async () => {
    const before = await client();
    proxy.shut();
    await until(before.ended, { what: 'the cut', every: 5 });
    const during = await client();
    await until(during.ended, { what: 'the refusal', every: 5 });
    proxy.open();
    const after = await client();
    after.socket.write('ONE\r\n');
    await until(() => after.read() === '+ONE\r\n', { what: 'an answer', every: 5 });
  });
});

describe('the frames of the fault harness', () => {
  const names = (frames: readonly Frame[]): string[] => frames.map(({ name }) => name);
  /** All of it at once, and byte by byte: the same frames. */
  function cut(bytes: Buffer, cutter: () => (chunk: Buffer) => Frame[]): string[] {
    const whole = names(cutter()(bytes));
    const single = cutter();
    assert.deepEqual([...bytes].flatMap((_, i) => names(single(bytes.subarray(i, i + 1)))), whole);
    return whole;
  }

  it('cuts MQTT packets, long ones as well', () => {
    const long = Buffer.concat([Buffer.from([0x32, 0xc8, 0x01]), Buffer.alloc(200)]);
    const bytes = Buffer.concat([Buffer.from([0xc0, 0]), long, Buffer.from([0x40, 2, 0, 1])]);
    assert.deepEqual(cut(bytes, () => mqttFraming().requests), ['PINGREQ', 'PUBLISH', 'PUBACK']);
  });

  it('cuts AMQP methods, content and heartbeats behind the protocol header', () => {
    const frame = (type: number, ...payload: number[]): Buffer =>
      Buffer.from([type, 0, 1, 0, 0, 0, payload.length, ...payload, 0xce]);
    const bytes = Buffer.concat([
      Buffer.from('AMQP\0\0\x09\x01', 'latin1'), frame(1, 0, 60, 0, 40, 1), frame(2, 1), frame(3, 65, 66), frame(8),
    ]);
    assert.deepEqual(cut(bytes, () => amqpFraming().requests),
      ['protocol header', 'basic.publish', 'content', 'content', 'heartbeat']);
  });

  it('cuts the lines of NATS with their payloads, in which a line may end', () => {
    const bytes = Buffer.from('PING\r\nPUB orders.1 4\r\na\r\nb\r\nHPUB x _INBOX.1 4 6\r\nabcdef\r\n');
    assert.deepEqual(cut(bytes, () => natsFraming().requests), ['PING', 'PUB orders.1', 'HPUB x']);
  });

  it('names a reply of Kafka after the request that it answers', () => {
    const request = Buffer.alloc(14);
    request.writeInt32BE(10, 0);
    request.writeInt32BE(77, 8);
    const reply = Buffer.alloc(10);
    reply.writeInt32BE(6, 0);
    reply.writeInt32BE(77, 4);
    const framing = kafkaFraming();
    assert.deepEqual([names(framing.requests(request)), names(framing.replies(reply))], [['Produce'], ['Produce']]);
  });
});
