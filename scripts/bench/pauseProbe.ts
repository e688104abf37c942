/** Preloaded into the server that is measured: on SIGUSR2 it tells the longest pauses of its event loop since the last time. */
const step = 5;
let last = performance.now();
let pauses: number[] = [];
setInterval(() => {
  const now = performance.now();
  pauses.push(Math.max(0, now - last - step));
  last = now;
}, step).unref();

process.on('SIGUSR2', () => {
  const sorted = pauses.sort((a, b) => b - a).slice(0, 8).map((ms) => Math.round(ms));
  pauses = [];
  process.stderr.write(`pauses ${JSON.stringify({ longest: sorted, rss: process.memoryUsage.rss(), heap: process.memoryUsage().heapUsed })}\n`);
});
