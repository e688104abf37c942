/** Endings of templates, which become what stands before them: `definitions.json.tpl`. */
const endings = /(\.(tpl|tmpl|tftpl|template|j2|erb|in|dist|example|sample))+$/i;

/** The path of the file that a template becomes; any other path as it is. */
export function withoutTemplateEnding(path: string): string {
  return path.replace(endings, '');
}
