// When releases may begin, and what must have come before, as it is written at a target.

export interface WindowFile {
  /** `deny`: nothing begins in it. `allow`: nothing begins outside of it, and of any others that allow. */
  readonly kind: 'deny' | 'allow';
  /**
   * When it begins: minute, hour, day of the month, month, day of the week.
   * @example 0 17 * * 5
   */
  readonly cron: string;
  /**
   * How long it lasts: minutes, hours or days.
   * @example 63h
   */
  readonly duration: string;
  /**
   * The time zone of `cron`, by its IANA name.
   * @default UTC
   * @example America/New_York
   */
  readonly timezone?: string;
  /** Why it is there, for whoever meets it. */
  readonly reason?: string;
  /** Whom to ask about it. */
  readonly owner?: string;
  /**
   * What becomes of a release that has begun when the window closes: it goes on; or, as long as nothing was activated, it
   * waits for the next window with its approvals, or ends as failed.
   * @default finish
   */
  readonly on_boundary?: 'finish' | 'pause' | 'abort';
}

/** Where a version must run before it comes here. */
export interface PromotionFile {
  /** The target that must run it: the same artifacts, byte for byte, in order, and unchanged since. */
  readonly from: string;
  /**
   * For so many hours at least.
   * @default 0
   * @minimum 0
   * @maximum 8760
   */
  readonly soak_hours?: number;
}
