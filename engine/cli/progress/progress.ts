import type { ReleaseEvent } from '../../apply/index.ts';

/** Shows what happens while something is carried out. */
export interface Progress {
  readonly report: (target: string, event: ReleaseEvent) => void;
  /** Something that must be seen at once, such as that an interruption was understood. */
  readonly note: (message: string) => void;
  /** Leaves the terminal as it was found. */
  readonly end: () => Promise<void>;
}
