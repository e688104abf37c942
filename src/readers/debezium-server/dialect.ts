export const dialect = 'debezium-server';
