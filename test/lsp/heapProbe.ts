/** Preloaded into the server under test: on SIGUSR2 it collects garbage and writes what is left. */
process.on('SIGUSR2', () => {
  globalThis.gc?.();
  globalThis.gc?.();
  process.stderr.write(`heap ${process.memoryUsage().heapUsed}\n`);
});
