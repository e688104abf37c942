export const dialect = 'rabbitmq-conf';
