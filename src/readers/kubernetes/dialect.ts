export const dialect = 'kubernetes';
