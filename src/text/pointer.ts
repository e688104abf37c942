/** A name as a step of a JSON pointer (RFC 6901, section 3), without the slash before it. */
export function escapeStep(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** The name that a step of a JSON pointer means. Percent escapes of a URI's fragment are decoded before. */
export function unescapeStep(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~');
}
