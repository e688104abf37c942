export const dialect = 'nats-conf';
