/** How long to wait for others, in milliseconds. */
export interface Patience {
  /** For a first answer of the host. */
  readonly answerMs: number;
  /** For content, of which there may be much. */
  readonly contentMs: number;
  /** For another process that is filling the same mirror. */
  readonly lockMs: number;
}

export const usualPatience: Patience = { answerMs: 30_000, contentMs: 600_000, lockMs: 300_000 };
