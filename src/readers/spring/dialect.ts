export const dialect = 'spring';
