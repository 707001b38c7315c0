/**
 * Bugs that are planted into a build of the program, each behind a switch (`CHAOS_PLANT=<name>`), to see that the harness
 * finds them. A plant replaces a piece of a source file that must stand there exactly once; `PLANTED` in it becomes the
 * question whether this bug is switched on. No source of the program knows of any of this.
 */
export interface Plant {
  readonly name: string;
  /** What would go wrong in production. */
  readonly meaning: string;
  /** A task that shows it, and the promise that it breaks then; found by `npm run chaos`. */
  readonly caughtBy: string;
  readonly breaks: string;
  readonly edits: readonly { readonly file: string; readonly original: string; readonly planted: string }[];
}
