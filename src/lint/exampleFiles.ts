/** The name of an example that is a single flow file and gives no path; the tests use the same. */
export const defaultPath = 'test.flow.yaml';

/** How an example's earlier state is named; the tests use the same. */
export const earlierName = 'main (0123456789)';

/** The files of an example: separated by `=== path` lines; a text without one is one flow file. */
export function exampleFiles(text: string): { path: string; text: string }[] {
  const files: { path: string; text: string }[] = [];
  for (const line of text.split(/(?<=\n)/)) {
    const header = /^=== (.+?)\s*$/.exec(line);
    if (header) files.push({ path: header[1] ?? '', text: '' });
    else if (files.length === 0) files.push({ path: defaultPath, text: line });
    else files[files.length - 1]!.text += line;
  }
  return files;
}
