/**
 * What a table says of a word that a file may hold: words such as `constructor`, which every object knows, are in no
 * table.
 */
export function own<T>(table: Readonly<Record<string, T>>, word: string | undefined): T | undefined {
  return word !== undefined && Object.hasOwn(table, word) ? table[word] : undefined;
}
