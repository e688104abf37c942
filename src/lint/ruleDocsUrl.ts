/** The page of a rule, or of a reader's problem: what diagnostics link to. */
export function ruleDocsUrl(name: string): string {
  return `https://github.com/tailrace/tailrace/blob/main/docs/rules/${name}.md`;
}
