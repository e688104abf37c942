import type { RegistryAnswer } from '../protocol/registry';

/** What is wrong with an address that the user types, or undefined. */
export function registryFault(text: string): string | undefined {
  const address = text.trim();
  const url = /^https?:\/\/[^\s]+$/i.test(address) && URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined) return 'Write http://host:port or https://host, with the path of the interface where it has one.';
  if (url.username || url.password) return 'Leave out user and password: they are asked for.';
  if (url.search || url.hash) return 'Write the address without ? and #.';
  return undefined;
}

/** True where a secret that is sent to this address can be read on its way. */
export function isReadable(address: string): boolean {
  const { protocol, hostname } = new URL(address);
  return protocol === 'http:' && !/^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}

/** What a comparison came to, in one or two sentences. */
export function summary({ address, found, of, problems }: Extract<RegistryAnswer, { is: 'compared' }>): string {
  if (of === 0) return `No file here defines a contract to compare with registry ${address}.`;
  const files = of === 1 ? '1 contract file' : `${of} contract files`;
  if (found === 0) {
    return `Registry ${address} has no subject for the ${files} here. A subject is found by the topic (orders-value), the record or the file’s name.`;
  }
  const counts = (['error', 'warning', 'info'] as const).flatMap((severity) => {
    const count = problems.filter((problem) => problem.severity === severity).length;
    const word = severity === 'info' ? 'information' : severity;
    return count === 0 ? [] : [`${count} ${word}${count === 1 ? '' : 's'}`];
  });
  const outcome = counts.length === 0 ? 'nothing breaks and nothing differs' : counts.join(', ');
  return `Registry ${address} holds ${found} of ${files}: ${outcome}.`;
}
