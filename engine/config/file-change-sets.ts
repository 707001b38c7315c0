/** What becomes of a merged pull request with a label. */
export interface ChangeSetRuleFile {
  /**
   * The label that a pull request must have; upper and lower case are one.
   * @minLength 1
   */
  readonly label: string;
  /**
   * The name of the change set that it is added to; one is made where none of this name is open.
   * @minLength 1
   */
  readonly changeset_name: string;
  /** What a change set that the rule makes is for; the label where that is one of these words, or else `feature`. */
  readonly type?: 'feature' | 'bugfix' | 'hotfix' | 'performance' | 'other';
  /**
   * Whether the change set is ready at once, and becomes a version by itself.
   * @default false
   */
  readonly auto_version?: boolean;
  /**
   * How far the number of that version rises; where the content demands more, somebody is asked. For `auto_version` only.
   * @default patch
   */
  readonly bump?: 'major' | 'minor' | 'patch';
  /** The targets that the version is released to by itself, by `m3forge worker`. For `auto_version` only. */
  readonly auto_deploy_to?: readonly string[];
}
