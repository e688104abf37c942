/** Where the documentation of a rule is read; undefined for codes that are no rules. */
export function ruleDocs(code: string): string | undefined {
  void code;
  return undefined;
}
