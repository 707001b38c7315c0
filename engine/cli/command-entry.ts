import type { ForgeCommandClass } from './forge-command.ts';

/** A command as it is found and listed before its file is loaded. */
export interface CommandEntry {
  /** The words that call it. */
  readonly path: string;
  readonly group: string;
  /** One line, for the list of commands and the head of its help. */
  readonly summary: string;
  readonly load: () => Promise<ForgeCommandClass>;
}
