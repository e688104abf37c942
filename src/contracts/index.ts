import type { Reader } from '../model/reader';

/** Readers of contract files, asked after the dialects of `readers/`. */
export const contractReaders: readonly Reader[] = [];
