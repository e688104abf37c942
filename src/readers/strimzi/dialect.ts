export const dialect = 'strimzi';
