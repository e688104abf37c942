/**
 * A process of its own, whose heap node limits to 64 MiB more than it has before (`--max-old-space-size`):
 * every decoder on every giant. Prints the heap without them, or what each took, one JSON object.
 */
import { giants, hostileDecoders } from './hostile';

async function main(): Promise<void> {
  const decoders = await hostileDecoders();
  for (const [, decoder] of decoders) {
    decoder.decode(Buffer.from('{}'));
    decoder.decode(Buffer.of(0xa1, 0x61, 0x61, 1));
  }
  if (process.argv[2] === 'baseline') {
    console.log(JSON.stringify({ heap: process.memoryUsage().heapUsed }));
    return;
  }
  let slowest = { ms: 0, name: '' };
  let runs = 0;
  for (const [giant, value] of giants()) {
    for (const [name, decoder] of decoders) {
      const started = performance.now();
      decoder.decode(value);
      decoder.check(value);
      const ms = performance.now() - started;
      runs++;
      if (ms > slowest.ms) slowest = { ms, name: `${name}, ${giant}` };
    }
  }
  console.log(JSON.stringify({ runs, slowest }));
}

void main();
