export const dialect = 'nats-jetstream';
