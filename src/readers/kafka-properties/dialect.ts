export const dialect = 'kafka-properties';
