/** A style sheet: esbuild collects it into the bundle's .css file. */
declare module '*.css' {}
