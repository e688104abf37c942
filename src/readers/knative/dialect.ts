export const dialect = 'knative';
