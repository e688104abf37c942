import type { ContractFormat } from '../model/facts';
import { parseJson } from '../syntax/json';
import { get, isMap, isSeq, text } from '../syntax/tree';
import type { SourceFile } from '../text/sourceFile';
import { parseAvro } from './avro/parse';
import { avroWords, simpleName } from './avro/schema';
import { parseProto } from './protobuf/parse';
import { allMessages } from './protobuf/walk';

/** A part of a message, and what is said of it in a few words. */
export interface ContractField {
  readonly name: string;
  readonly words: string;
}

/** The fields of one message in the order of the file: to be looked at, not to be compared. */
export function fieldsOf(format: ContractFormat, file: SourceFile, fragment: string): readonly ContractField[] {
  switch (format) {
    case 'protobuf': {
      const all = allMessages(parseProto(file.text));
      const message = fragment === '' ? all[0]
        : all.find((one) => one.fullName === fragment) ?? all.find((one) => one.fullName.endsWith(`.${fragment}`));
      return (message?.fields ?? []).map((field) => ({
        name: field.name,
        words: `${[field.label, field.mapKey === '' ? field.type : `map<${field.mapKey}, ${field.type}>`].filter(Boolean).join(' ')} = ${field.number}`,
      }));
    }
    case 'avro': {
      const { root, named } = parseAvro(file);
      const type = fragment === '' ? root : named.get(fragment) ?? [...named.values()].find((one) => simpleName(one.fullName) === fragment);
      return type?.kind !== 'record' ? [] : type.fields.map((field) =>
        ({ name: field.name, words: `${avroWords(field.type)}${field.default === undefined ? '' : ', with a default'}` }));
    }
    case 'json-schema': {
      const root = parseJson(file.text).roots[0];
      const properties = get(root, 'properties');
      const required = get(root, 'required');
      const names = new Set(isSeq(required) ? required.items.map((item) => text(item)) : []);
      return (isMap(properties) ? properties.entries : []).map(({ key, value }) => {
        const type = get(value, 'type');
        const types = isSeq(type) ? type.items.flatMap((item) => text(item) ?? []).join(' or ') : text(type);
        return { name: key.text, words: `${types ?? 'any'}${names.has(key.text) ? ', required' : ''}` };
      });
    }
  }
}
