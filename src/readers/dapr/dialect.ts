export const dialect = 'dapr';
