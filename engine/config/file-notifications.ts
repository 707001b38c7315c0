/** What can be told of a target. */
export type EventFile =
  | 'publish_planned'
  | 'started'
  | 'succeeded'
  | 'failed'
  | 'rolled_back'
  | 'rollback_failed'
  | 'recovered'
  | 'approval_requested'
  | 'approved'
  | 'rejected'
  | 'cancelled'
  | 'expired'
  | 'superseded'
  | 'hold_added'
  | 'hold_lifted'
  | 'version_created'
  | 'version_deprecated'
  | 'emergency_started'
  | 'review_opened'
  | 'review_closed'
  | 'drift';

/** Who is told what happens to a target. A secret is only ever written as `${env.NAME}`. */
export interface NotificationFile {
  /** Through what. */
  readonly provider: 'slack' | 'email' | 'pagerduty' | 'webhook';
  /**
   * Of what; of everything where it is not given.
   * @minItems 1
   */
  readonly events?: readonly EventFile[];
  /**
   * Of `slack`: `${env.NAME}` with the incoming webhook, which is a secret. Of `email`: the server, as
   * `smtp://user:password@host:587` or `smtps://…`, mostly `${env.NAME}`. Of `webhook`: where it is sent. Of `pagerduty`:
   * another address than `https://events.pagerduty.com`, such as that of the EU.
   */
  readonly url?: string;
  /** Of `email`: the sender, such as `m3forge@example.com`. */
  readonly from?: string;
  /**
   * Of `email`: who gets it.
   * @minItems 1
   */
  readonly to?: readonly string[];
  /** Of `pagerduty`: `${env.NAME}` with the integration key of a service. */
  readonly routing_key?: string;
  /** Of `webhook`: `${env.NAME}` with the secret that signs it, `whsec_…`; while it is changed two, with a space between. */
  readonly secret?: string;
}
