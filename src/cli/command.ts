/** One command: takes its arguments, prints, and gives the exit code. @throws for exit code 2. */
export type Command = (argv: readonly string[]) => Promise<number>;
