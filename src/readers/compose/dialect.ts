export const dialect = 'docker-compose';
