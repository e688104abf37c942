import { parseBrokerUrl } from '../readers/shared/url';
import { resolvePlaceholders } from '../syntax/placeholder';
import { percentDecode } from '../text/percent';
import type { Sourced } from '../text/range';

/** How to reach a broker here and now. */
export interface BrokerAddress {
  /** Without user info. */
  readonly url: string;
  readonly user?: string;
  readonly password?: string;
}

/**
 * A declared URL with the placeholders filled in from this environment. Linting takes a
 * placeholder's default, so that it says the same on every machine; only connecting asks the
 * environment.
 * @param fileText the text of the file that declares it.
 */
export function brokerAddress(
  declared: Sourced<string>,
  fileText: string,
  environment: Readonly<Record<string, string | undefined>>,
): BrokerAddress {
  const written = fileText.slice(declared.at.start, declared.at.end);
  const filled = resolvePlaceholders(written, (name) => environment[name]);
  if (!filled.had || filled.unresolved.length > 0) return splitAddress(declared.value);
  const { text, unresolved } = resolvePlaceholders(written);
  const isAll = unresolved.length > 0 || splitAddress(text).url === splitAddress(declared.value).url;
  if (isAll) return splitAddress(filled.text);
  // Dialects with a key for the host alone make the address of several values.
  const isPart = text !== '' && declared.value.includes(text);
  return splitAddress(isPart ? declared.value.replace(text, () => filled.text) : declared.value);
}

/** Takes user info out of a URL or a comma-separated list of them; the first that has some counts. */
export function splitAddress(url: string): BrokerAddress {
  const parts = url.split(',').map((part) => parseBrokerUrl(part.trim()));
  const credentials = parts.find((part) => part.user !== undefined);
  const text = (part: { text: string } | undefined): string | undefined =>
    part === undefined || part.text === '' ? undefined : percentDecode(part.text);
  return {
    url: parts.map((part) => part.shown).join(','),
    user: text(credentials?.user),
    password: text(credentials?.password),
  };
}
