/** So much of what was printed is looked through again with each new piece: a secret may come in two. */
const kept = 64 * 1024;

export interface PrintWatch {
  readonly take: (text: string) => void;
  /** Whether a secret was printed since this was asked last. */
  readonly leaked: () => boolean;
}

/** Looks through all that is printed. What holds no secret is handed on, line by line; what holds one is thrown away. */
export const createPrintWatch = (redact: (text: string) => string, print: (line: string) => void): PrintWatch => {
  let seen = '';
  let line = '';
  let leaked = false;
  return {
    take: (text) => {
      seen = (seen + text).slice(-kept);
      if (redact(seen) !== seen) {
        leaked = true;
        seen = '';
        line = '';
        return;
      }
      const lines = (line + text).split('\n');
      line = (lines.pop() ?? '').slice(-kept);
      for (const whole of lines) print(whole);
    },
    leaked: () => {
      const was = leaked;
      leaked = false;
      return was;
    },
  };
};
