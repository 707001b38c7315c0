/** What a code always means: the words that introduce it and the exit code of a command that ends with it. */
export interface CodeMeaning {
  readonly summary: string;
  /** See docs/cli.md: 1 wrong usage or environment, 3 invalid input, 4 leased, 5 stale, 6 refused, 8 and 9 failed releases. */
  readonly exit: number;
}

export const defineCodes = <const T extends Record<string, CodeMeaning>>(codes: T): T => codes;
