/** What differs between the flow files of the rows: each the inside of a YAML map in braces. */
export interface FlowParts {
  readonly protocol: 'kafka' | 'rabbitmq' | 'mqtt' | 'nats';
  readonly broker?: string;
  readonly channel: string;
  /** Further channels, in whole lines. */
  readonly channels?: readonly string[];
  readonly publisher: string;
  readonly publish: string;
  /** What `billing` consumes, where it is not `orders` itself. */
  readonly consumed?: string;
  readonly consumer: string;
  readonly consume: string;
}

/** The flow file of one row: the service `shop` publishes `orders`, the service `billing` consumes it. */
export function flowFile(parts: FlowParts): string {
  const inside = (...texts: readonly (string | undefined)[]): string => texts.filter(Boolean).join(', ');
  return [
    'flow: 1',
    'brokers:',
    `  events: { ${inside(`protocol: ${parts.protocol}`, parts.broker)} }`,
    'channels:',
    `  orders: { ${inside('broker: events', parts.channel)} }`,
    ...parts.channels?.map((line) => `  ${line}`) ?? [],
    'services:',
    `  shop: { ${parts.publisher}, publishes: { orders: { ${parts.publish} } } }`,
    `  billing: { ${parts.consumer}, consumes: { ${parts.consumed ?? 'orders'}: { ${parts.consume} } } }`,
    '',
  ].join('\n');
}
