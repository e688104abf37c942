export const dialect = 'mosquitto';
