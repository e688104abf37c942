import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, connect } from 'node:net';

/** Ports below this one need rights, or belong to well-known programs. */
const LOWEST = 10_240;

/**
 * Where the kernel begins to take ports for connections that go out. A broker's port from that
 * range may be taken as somebody's own end while the broker restarts, and a client that knocks on
 * it meanwhile may even be connected to itself. Where no file tells, the usual beginning.
 */
function firstOutgoingPort() {
  try {
    const [first] = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').trim().split(/\s+/).map(Number);
    return first > LOWEST + 1000 ? first : 32_768;
  } catch {
    return 32_768;
  }
}

/**
 * Ports of the loopback address that were free a moment ago, all different. They are drawn at
 * random, so that tests in processes side by side do not draw the same ones.
 *
 * @param {number} count
 * @returns {Promise<number[]>}
 */
export async function freePorts(count) {
  const beyond = firstOutgoingPort();
  const held = [];
  try {
    // All are held open until the last is known, so that no port comes twice.
    for (let draws = 0; held.length < count; draws++) {
      if (draws === 1000) throw new Error(`no ${count} free ports found between ${LOWEST} and ${beyond}`);
      const server = await hold(randomInt(LOWEST, beyond));
      if (server) held.push(server);
    }
    return held.map((server) => server.address().port);
  } finally {
    await Promise.all(held.map((server) => new Promise((resolve) => server.close(resolve))));
  }
}

/** A server on a port, or undefined where the port is taken. Other failures are thrown. */
function hold(port) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error) => error.code === 'EADDRINUSE' || error.code === 'EACCES' ? resolve(undefined) : reject(error));
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

/**
 * Whether something accepts connections on a port of the loopback address.
 *
 * @param {number} port
 * @returns {Promise<boolean>}
 */
export function isListening(port) {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => { socket.destroy(); resolve(true); });
    socket.once('error', () => resolve(false));
  });
}
