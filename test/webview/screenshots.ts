import { mkdirSync } from 'node:fs';

const folder = 'test-output/screenshots';

/** Where a picture of a view is written, for whoever wants to look at it. */
export function screenshotPath(name: string): string {
  mkdirSync(folder, { recursive: true });
  return `${folder}/${name}.png`;
}
