import type { Reader } from '../model/reader';
import { avro } from './avro';
import { avroIdl } from './avroIdl';
import { jsonSchema } from './jsonSchema';
import { proto } from './proto';

/** Readers of contract files, asked after the dialects of `readers/`. */
export const contractReaders: readonly Reader[] = [proto, avro, avroIdl, jsonSchema];
