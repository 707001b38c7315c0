/** A Marie-AI gateway, which executes workflows. */
export interface GatewayFile {
  /** Only where gateways are a list: the name by which environments and targets mean it. */
  readonly id?: string;
  /** For people. */
  readonly name?: string;
  /** Where its paths begin, such as `https://gateway.example.com` or `${env.GATEWAY_URL}`. */
  readonly url: string;
  /** `${env.NAME}`; without it the variable GATEWAY_TOKEN_ID, with the id in capitals and `-` as `_`. */
  readonly token?: string;
  /** How it is asked whether it lives. */
  readonly health_check?: HealthCheckFile;
  /** Alias of `health_check.path`; a URL of the gateway itself. */
  readonly health_check_url?: string;
  /** @unavailable */
  readonly health_check_interval_seconds?: number;
  /**
   * Milliseconds that one exchange with it may take.
   * @default 30000
   * @minimum 1
   * @maximum 600000
   */
  readonly timeout_ms?: number;
  /**
   * Whether it must prove who it is; `false` is refused in production.
   * @default true
   */
  readonly verify_ssl?: boolean;
  /**
   * Its part of the traffic, for people; with 0 it is drained, and what it lacks is only warned of.
   * @default 100
   * @minimum 0
   */
  readonly weight?: number;
  /** For people. */
  readonly region?: string;
  /** The environment whose workflows it executes; the same as naming it there. */
  readonly environment?: string;
  /**
   * Whether definitions are published to its own API, where that takes them.
   * @default auto
   */
  readonly publish?: 'auto' | 'never';
  /** What is told after each activation; a stock gateway has nothing of the kind. */
  readonly reload?: ReloadFile;
}

export interface HealthCheckFile {
  /**
   * A path, or `auto`: `/status`, then `/health`, then `/`.
   * @default auto
   */
  readonly path?: string;
  /** @unavailable */
  readonly interval_seconds?: number;
}

export interface ReloadFile {
  /** Gets a POST with what is active now. */
  readonly path: string;
}

/** A gateway of an environment or a target: the id of one, or one that is said in place. */
export type GatewayReferenceFile = string | GatewayInPlaceFile;

export interface GatewayInPlaceFile {
  /** The name of a gateway at the top of the file, or of one that is described here. */
  readonly id: string;
  /** Where its paths begin, where it is described here. */
  readonly url?: string;
  /**
   * Its part of the traffic here, in the place of its own `weight`; with 0 it is drained.
   * @minimum 0
   */
  readonly weight?: number;
}

/** What a smoke test has the gateways run. */
export interface InvokeFile {
  /** A workflow of the version. */
  readonly workflow: string;
  /** What the run is given: members of the gateway's `metadata`, such as `uri`. */
  readonly input?: Readonly<Record<string, unknown>>;
  /**
   * The queue that its jobs wait in.
   * @default extract
   */
  readonly queue?: string;
}
