import type { Flag } from './flags.ts';

/** Everything about one command: what help, completion and the reference are made of. */
export interface CommandDescription {
  /** The words that call it. */
  readonly path: string;
  readonly group: string;
  /** One line. */
  readonly summary: string;
  /** The command with its arguments, such as `m3forge logs <RELEASE>`. */
  readonly synopsis: string;
  readonly details: string;
  /** What for, and the line to type. */
  readonly examples: readonly (readonly [what: string, how: string])[];
  /** Its own, then those that every command has. */
  readonly flags: readonly Flag[];
}

const globalNames = new Set(['--chdir', '--config', '--as', '--log-level', '--input', '--quiet', '--no-color']);

/** Whether every command has this flag. */
export const isGlobal = ({ names }: Flag): boolean => globalNames.has(names[0] ?? '');

/** `--target NAME…`, `--yes, --auto-approve`, `--input=false` */
export const flagTitle = ({ names, value, bound, repeatable }: Flag): string =>
  `${names.join(', ')}${value === undefined ? '' : `${bound ? '=' : ' '}${value}`}${repeatable ? '…' : ''}`;
