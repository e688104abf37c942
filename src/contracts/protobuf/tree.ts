/** A word with its place in the text; a string's lies inside its quotes. */
export interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** A part while it is being read. */
export type Draft<T> = { -readonly [K in keyof T]: T[K] };

/** Something that has a name. Places are offsets; a name is as long as its place, so that its end is not kept. */
export interface Named {
  readonly name: string;
  readonly nameAt: number;
  /** From the first word to behind the semicolon or the closing brace, or to the end of what is there. */
  readonly start: number;
  readonly end: number;
  readonly options: readonly ProtoOption[];
}

export interface ProtoOption {
  /** As written, without blanks: `json_name`, `features.field_presence`, `(shop.opt).unit`. */
  readonly name: string;
  readonly nameAt: number;
  /** A string's content, a constant's word, or the text of a whole `{ … }`. */
  readonly value: string;
  readonly valueAt: number;
  readonly valueEnd: number;
}

export type ProtoLabel = '' | 'optional' | 'required' | 'repeated';

export interface ProtoField extends Named {
  readonly label: ProtoLabel;
  /** As written: `string`, `Line`, `.shop.v1.Line`; of a map its values' type, of a group the group's name. */
  readonly type: string;
  readonly typeAt: number;
  /** The type of a map's keys; empty where it is no map. */
  readonly mapKey: string;
  /** NaN where it is not written yet. */
  readonly number: number;
  readonly numberAt: number;
  /** The oneof that it stands in, or empty. */
  readonly oneof: string;
  readonly isGroup: boolean;
}

/** Numbers from first to last, both included; `max` is written as Infinity. */
export interface ProtoRange {
  readonly from: number;
  readonly to: number;
  readonly start: number;
  readonly end: number;
}

interface Reserving {
  readonly reserved: readonly ProtoRange[];
  readonly reservedNames: readonly Word[];
}

export interface ProtoEnumValue extends Named {
  readonly number: number;
  readonly numberAt: number;
}

export interface ProtoEnum extends Named, Reserving {
  readonly fullName: string;
  readonly values: readonly ProtoEnumValue[];
}

export interface ProtoMessage extends Named, Reserving {
  /** With package and outer messages: `shop.v1.Order.Line`. */
  readonly fullName: string;
  /** True if it stands inside another message. */
  readonly nested: boolean;
  /** All of them, also those in oneofs. */
  readonly fields: readonly ProtoField[];
  readonly oneofs: readonly Named[];
  readonly messages: readonly ProtoMessage[];
  readonly enums: readonly ProtoEnum[];
  readonly extends: readonly ProtoExtend[];
  readonly extensions: readonly ProtoRange[];
}

/** `extend Order { … }`: fields that stand elsewhere than the message which they belong to. */
export interface ProtoExtend {
  readonly type: string;
  readonly typeAt: number;
  /** The package or message that it stands in: names are looked up from there. */
  readonly scope: string;
  readonly fields: readonly ProtoField[];
}

export interface ProtoMethod extends Named {
  readonly input: string;
  readonly output: string;
  readonly clientStreams: boolean;
  readonly serverStreams: boolean;
}

export interface ProtoService extends Named {
  readonly fullName: string;
  readonly methods: readonly ProtoMethod[];
}

export interface ProtoImport {
  readonly path: Word;
  readonly modifier: '' | 'public' | 'weak' | 'option';
}

export interface ProtoProblem {
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

/** What a `.proto` file says. */
export interface ProtoFile {
  /** `proto2` where nothing is said, `proto3`, or an edition's year. */
  readonly syntax: string;
  readonly package?: Word;
  readonly imports: readonly ProtoImport[];
  readonly messages: readonly ProtoMessage[];
  readonly enums: readonly ProtoEnum[];
  readonly services: readonly ProtoService[];
  readonly extends: readonly ProtoExtend[];
  readonly options: readonly ProtoOption[];
  readonly problems: readonly ProtoProblem[];
}

/** The value of an option that is written there. */
export function optionOf(of: { readonly options: readonly ProtoOption[] }, name: string): ProtoOption | undefined {
  return of.options.length === 0 ? undefined : of.options.findLast((option) => option.name === name);
}
