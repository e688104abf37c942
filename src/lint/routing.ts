/**
 * True for a routing key or subject as it goes over the wire; false for one that stands for many
 * (`order.{region}`, `${KEY}`) or describes the key in words.
 */
export function isStaticKey(key: string): boolean {
  return !/[{}<>$%\s]/.test(key);
}
