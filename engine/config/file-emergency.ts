// What a target of the type `emergency` asks for in the place of gates and approvals.

/** Only of a target of the type `emergency`: what its releases ask for in the place of gates and approvals. */
export interface EmergencyFile {
  /**
   * That whoever releases says why: always. `false` is refused.
   * @default true
   */
  readonly require_justification?: boolean;
  /**
   * The roles of those who may declare an emergency.
   * @default ["admin"]
   * @minItems 1
   */
  readonly allowed_roles?: readonly ('viewer' | 'developer' | 'maintainer' | 'admin' | 'operator')[];
  /**
   * Whether a review stays open after the release, until the gates that were skipped have passed.
   * @default true
   */
  readonly post_deploy_review?: boolean;
  /**
   * That it is in the audit trail: always. `false` is refused.
   * @default true
   */
  readonly audit_trail?: boolean;
}
