/**
 * Types that come with every Protobuf compiler: the files are rarely in a workspace. Only what kind each is matters here;
 * the API's own descriptions (`google.protobuf.Method` and the like) are no contracts, but may be imported.
 */
const files: Readonly<Record<string, { readonly messages: string; readonly enums?: string }>> = {
  any: { messages: 'Any' },
  api: { messages: 'Api Method Mixin' },
  descriptor: {
    messages: 'FileDescriptorSet FileDescriptorProto DescriptorProto DescriptorProto.ExtensionRange DescriptorProto.ReservedRange '
      + 'ExtensionRangeOptions FieldDescriptorProto OneofDescriptorProto EnumDescriptorProto EnumValueDescriptorProto '
      + 'ServiceDescriptorProto MethodDescriptorProto FileOptions MessageOptions FieldOptions OneofOptions EnumOptions EnumValueOptions '
      + 'ServiceOptions MethodOptions UninterpretedOption FeatureSet FeatureSetDefaults SourceCodeInfo GeneratedCodeInfo',
    enums: 'Edition FieldDescriptorProto.Type FieldDescriptorProto.Label FileOptions.OptimizeMode FieldOptions.CType FieldOptions.JSType '
      + 'MethodOptions.IdempotencyLevel',
  },
  duration: { messages: 'Duration' },
  empty: { messages: 'Empty' },
  field_mask: { messages: 'FieldMask' },
  source_context: { messages: 'SourceContext' },
  struct: { messages: 'Struct Value ListValue', enums: 'NullValue' },
  timestamp: { messages: 'Timestamp' },
  type: { messages: 'Type Field Enum EnumValue Option', enums: 'Syntax Field.Kind Field.Cardinality' },
  wrappers: { messages: 'DoubleValue FloatValue Int64Value UInt64Value Int32Value UInt32Value BoolValue StringValue BytesValue' },
};

/** Full names of well-known types, and what they are. */
export const wellKnownTypes: ReadonlyMap<string, 'message' | 'enum'> = new Map(Object.values(files).flatMap(({ messages, enums }) => [
  ...messages.split(' ').map((name) => [`google.protobuf.${name}`, 'message'] as const),
  ...(enums === undefined ? [] : enums.split(' ').map((name) => [`google.protobuf.${name}`, 'enum'] as const)),
]));

/** True for an import that every compiler has. */
export function isWellKnownFile(path: string): boolean {
  const match = /^google\/protobuf\/(\w+)\.proto$/.exec(path);
  return match?.[1] !== undefined && Object.hasOwn(files, match[1]);
}
