// What starts a release by itself, as it is written at a target.

/** When releases begin by themselves; for `type: scheduled`. */
export interface ScheduleFile {
  /**
   * When: minute, hour, day of the month, month, day of the week.
   * @example 0 2 * * 2
   */
  readonly cron: string;
  /**
   * The time zone of `cron`, by its IANA name.
   * @default UTC
   * @example America/New_York
   */
  readonly timezone?: string;
  /**
   * What the `version` of the target comes to at that time; `false` goes with a `version` here.
   * @default true
   */
  readonly deploy_latest_version?: boolean;
  /**
   * An exact version or a range in the place of the target's.
   * @example ~1.3
   */
  readonly version?: string;
  /**
   * How long before it everybody who wants to know is told: minutes, hours or days.
   * @example 24h
   */
  readonly announce_before?: string;
}

/** Which new versions are released by themselves; for `type: auto_deploy`. */
export interface TriggersFile {
  /**
   * Whether a new tag starts a release; `false` leaves what `auto_deploy_to` names.
   * @default true
   */
  readonly on_version_tag?: boolean;
  /**
   * A glob over the names of tags; every version of the source where it is not given.
   * @example v*.*.*
   */
  readonly version_pattern?: string;
  /** The branch that must hold the commit of the tag; any where it is not given. */
  readonly branch?: string;
}
