export const dialect = 'confluent-kubernetes';
