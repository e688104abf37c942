export const dialect = 'kafka-connect';
