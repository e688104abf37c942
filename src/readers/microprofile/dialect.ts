export const dialect = 'microprofile';
