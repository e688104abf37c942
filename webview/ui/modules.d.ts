/** The text of elk's worker, put there by scripts/build/elkWorker.mjs. */
declare module 'elk-worker-source' {
  const source: string;
  export default source;
}

/** A style sheet: esbuild collects it into the bundle's .css file. */
declare module '*.css' {}
