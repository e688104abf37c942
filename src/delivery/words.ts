import type { Setting } from '../model/settings';
import type { ClientInfo } from './clients';

/**
 * Why a setting has the value it has, as the end of a sentence:
 * `the Java client's default is true`, `the default of Java client < 3.0 is 1 (assumed: no version
 * is stated)`, `the client is not known, and 1, the weakest default (that of …), is assumed`.
 * Empty for declared and unknown settings.
 */
export function defaultWords(setting: Setting<unknown> | undefined, client: ClientInfo | undefined): string {
  return setting?.from === 'default' && setting.assumed === true && client === undefined
    ? `the client is not known, and ${plain(setting.value)}, the weakest default (that of ${setting.of}), is assumed`
    : brokerDefaultWords(setting);
}

/** The same for what a broker decides: there is always one, known or not. */
export function brokerDefaultWords(setting: Setting<unknown> | undefined): string {
  if (setting?.from !== 'default') return '';
  const value = plain(setting.value);
  const range = /[<>=]/.test(setting.of) || /^an? /.test(setting.of);
  const words = range ? `the default of ${setting.of} is ${value}` : `${owner(setting.of)} default is ${value}`;
  return setting.assumed === true ? `${words} (assumed: no version is stated)` : words;
}

/** `the Java client's`, but `kafkajs's`: names of products take no article. */
function owner(of: string): string {
  return /(client|broker|server)$/.test(of) ? `the ${of}'s` : `${of}'s`;
}

function plain(value: unknown): string {
  return value === Infinity ? 'no limit' : String(value);
}
