import type { Failpoints } from './failpoints.ts';
import type { Log } from './log.ts';
import type { Processes } from './processes.ts';

/** Times. `now` is the wall clock, for people; `monotonicMs` never runs backwards, for durations. */
export interface Clock {
  readonly now: () => Date;
  readonly monotonicMs: () => number;
  /** Resolves after that many milliseconds, or at once when the signal is aborted; it never rejects. */
  readonly sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
}

/** Identifiers that nobody can guess or meet again. */
export interface Ids {
  readonly uuid: () => string;
  /** 256 random bits as 43 characters of base64url. */
  readonly secret: () => string;
}

/** The outside world, handed in once by `main.ts` and replaced at will by tests. */
export interface System {
  readonly clock: Clock;
  readonly ids: Ids;
  /** The value of an environment variable. */
  readonly env: (name: string) => string | undefined;
  /** The names of all environment variables. */
  readonly envNames: () => readonly string[];
  readonly cwd: () => string;
  readonly processes: Processes;
  /** Called before each opening of the embedded database, whose code this process may want to compile in its own way. */
  readonly beforeEmbedded: () => void;
  /** The version of Node that runs this program, such as `24.21.0`. */
  readonly nodeVersion: string;
  readonly log: Log;
  readonly failpoints: Failpoints;
  /** Aborted at the first Ctrl-C or SIGTERM: finish or undo the step in flight, record, and stop. */
  readonly interrupted: AbortSignal;
}
