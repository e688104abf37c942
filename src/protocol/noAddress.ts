/**
 * Why a broker cannot be reached from here, as the first sentence of an error or a question.
 * @param broker `events`, `the broker of orders`
 * @param unset variables that a file leaves its address to and that this environment does not have
 */
export function noAddress(broker: string, unset: readonly string[] = []): string {
  if (unset.length === 0) return `No file says how to reach ${broker} from this machine.`;
  return `The address of ${broker} is left to ${unset.join(' and ')}, which ${unset.length === 1 ? 'is' : 'are'} not set here.`;
}

/** The same with what to do. @param instead the other way, as `give --broker URL` */
export function noAddressAdvice(broker: string, unset: readonly string[] | undefined, instead: string): string {
  const set = unset === undefined || unset.length === 0 ? 'Give the broker a url' : `Set ${unset.length === 1 ? 'it' : 'them'}`;
  return `${noAddress(broker, unset)} ${set}, or ${instead}.`;
}
