export const dialect = 'docker-compose';

/**
 * Why a service has its name. Another stack's `worker` or `connect` is another program, so that names in
 * compose files are no more than a conclusion.
 */
export const namedByCompose = 'It is named after its service in the compose file.';
