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
