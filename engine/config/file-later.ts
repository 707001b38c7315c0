// The shapes of the keys that are known and not available yet. Nothing reads them: they stand in the schema, so that
// editors complete them and the engine can tell a later key from a mistake.

export interface SlaFile {
  readonly latency_p95_ms?: number;
  readonly error_rate_percent?: number;
  readonly availability_percent?: number;
  readonly latency_p95?: number | string;
  readonly error_rate?: number | string;
  readonly availability?: number | string;
}

export interface AccessFile {
  readonly require_mfa?: boolean;
  readonly ip_allowlist?: readonly string[];
  readonly ip_whitelist?: readonly string[];
  readonly max_session_duration?: string;
  readonly audit_all_actions?: boolean;
  readonly allowed_roles?: readonly string[];
  readonly allowed_approvers?: readonly string[];
  readonly require_approvals?: number;
  readonly approval_timeout_hours?: number;
}

export interface EmergencyFile {
  readonly require_justification?: boolean;
  readonly allowed_roles?: readonly string[];
  readonly post_deploy_review?: boolean;
  readonly audit_trail?: boolean;
}

export interface BlueGreenFile {
  readonly switch_after_seconds?: number;
  readonly traffic_split?: unknown;
  readonly rollback_on_error_rate?: number;
}

export interface StrategyFile {
  readonly type?: 'all_at_once' | 'canary' | 'blue_green' | 'regions';
  readonly canary?: unknown;
  readonly blue_green?: BlueGreenFile;
  readonly regions?: unknown;
}

export interface TeamMemberFile {
  readonly role: 'viewer' | 'developer' | 'maintainer' | 'admin' | 'operator';
  readonly email?: string;
}

export interface SourceControlFile {
  readonly provider: string;
  readonly repository: string;
  readonly token?: string;
}
