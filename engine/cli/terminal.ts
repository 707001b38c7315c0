import type { Readable, Writable } from 'node:stream';

/** A stream that may be a terminal. */
export type OutputStream = Writable & { readonly isTTY?: boolean; readonly columns?: number };

/** The three streams of the process, handed in so that a test can read what was printed. */
export interface Terminal {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
}

const isSet = (value: string | undefined): value is string => value !== undefined && value !== '';

/**
 * Whether a stream gets colours. `--no-color` beats `FORCE_COLOR`, which beats `NO_COLOR` and `TERM=dumb`, as Node itself
 * orders them; without any of these a terminal gets colours and a pipe does not.
 */
export const wantsColour = (
  stream: { readonly isTTY?: boolean },
  env: (name: string) => string | undefined,
  noColour: boolean,
): boolean => {
  if (noColour) return false;
  const forced = env('FORCE_COLOR');
  if (isSet(forced)) return forced !== '0' && forced !== 'false';
  if (isSet(env('NO_COLOR')) || env('TERM') === 'dumb') return false;
  return stream.isTTY === true;
};
