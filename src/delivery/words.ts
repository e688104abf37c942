import type { Setting } from '../model/settings';
import type { ClientInfo } from './clients';

/**
 * Why a setting has the value it has, as the end of a sentence:
 * `the Java client's default is true`, `the default of Java client < 3.0 is 1 (assumed: no version
 * is stated)`, `1, the weakest default of all clients (Java client < 3.0), is assumed`.
 * Empty for declared and unknown settings.
 */
export function defaultWords(setting: Setting<unknown> | undefined, client: ClientInfo | undefined): string {
  if (setting?.from !== 'default') return '';
  const value = String(setting.value);
  if (setting.assumed === true && client === undefined) {
    return `the client is not known, and ${value}, the weakest default (that of ${setting.of}), is assumed`;
  }
  const range = /[<>=]/.test(setting.of) || setting.of.startsWith('a ');
  const words = range ? `the default of ${setting.of} is ${value}` : `the ${setting.of}'s default is ${value}`;
  return setting.assumed === true ? `${words} (assumed: no version is stated)` : words;
}
