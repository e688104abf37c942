export const dialect = 'micronaut';
