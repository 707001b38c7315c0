import type { System } from '../system/index.ts';
import type { JsonObject, JsonValue, Secret } from '../values/index.ts';

// gateway: an endpoint that executes workflows

export interface GatewayContext {
  readonly system: System;
  /** Its name in the configuration: the address of its diagnostics is `gateway.<id>`. */
  readonly id: string;
  /** Where its paths begin: http or https, without user, query and fragment. */
  readonly url: string;
  readonly token: Secret | undefined;
  /** A path that says whether it is alive, or `auto`. */
  readonly healthPath: string;
  /** For each exchange. */
  readonly timeoutMs: number;
  readonly verifyTls: boolean;
}

export interface GatewayHealth {
  /** Undefined where it does not say. */
  readonly version: string | undefined;
  /** The path that answered. */
  readonly path: string;
  readonly latencyMs: number;
}

/** One executor as a gateway sees it. */
export interface ExecutorState {
  readonly name: string;
  /** At least one of its addresses serves. */
  readonly serving: boolean;
  /** In the gateway's own words, such as `NOT_SERVING`; of several addresses the best. */
  readonly status: string;
  /** How many addresses it has. */
  readonly nodes: number;
}

/** Slots of all executors together, or of one. */
export interface SlotCount {
  readonly capacity: number;
  readonly used: number;
  readonly available: number;
}

export interface GatewayCapacity extends SlotCount {
  readonly slots: readonly (SlotCount & { readonly name: string })[];
}

/** Whether definitions can be published to the gateway's own API, and if not, why not. */
export type Publishing = { readonly possible: true } | { readonly possible: false; readonly why: string };

/** A definition that a gateway holds under a name. */
export interface Planner {
  readonly name: string;
  readonly version: string;
  /** Where it came from, in the gateway's own words: `code`, `json`, `wheel`. */
  readonly source: string;
  /** Undefined where it is code, which a gateway does not show. */
  readonly definition: JsonObject | undefined;
}

export interface PlannerOrder {
  readonly name: string;
  readonly version: string;
  /** What a gateway shows of it to people; absent where the file says nothing. */
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly category?: string;
  readonly definition: JsonObject;
}

export interface Submission {
  /** The planner to run. */
  readonly planner: string;
  /** The queue that the jobs wait in. */
  readonly queue: string;
  /** What the run is given. */
  readonly input: JsonObject;
  /** Unique to this submission, because a gateway takes the same one only once. */
  readonly reference: string;
}

/** How far a submission is, by the jobs of it that the gateway lists. */
export interface Progress {
  /** Waiting, running or to be tried again. */
  readonly open: number;
  /** Undefined where the gateway lists more than can be read. */
  readonly completed: number | undefined;
  /** Failed, expired or cancelled. */
  readonly failed: number;
}

/**
 * One gateway. It answers or throws `Refusal`, and each exchange ends within its deadline, or at once when `signal` says so;
 * what it answers is checked before it is handed on.
 */
export interface Gateway {
  readonly health: (signal?: AbortSignal) => Promise<GatewayHealth>;
  /** Sorted by name. */
  readonly executors: (signal?: AbortSignal) => Promise<readonly ExecutorState[]>;
  readonly capacity: (signal?: AbortSignal) => Promise<GatewayCapacity>;

  /** Whether it says that it takes definitions; asks for nothing else than its own description. */
  readonly publishing: (signal?: AbortSignal) => Promise<Publishing>;
  readonly planners: (signal?: AbortSignal) => Promise<readonly Planner[]>;
  /** Undefined where it holds none of this name. */
  readonly planner: (name: string, signal?: AbortSignal) => Promise<Planner | undefined>;
  /** Hands a definition over. That it arrived is known by reading it back, and not before. */
  readonly register: (order: PlannerOrder, signal?: AbortSignal) => Promise<void>;
  readonly unregister: (name: string, signal?: AbortSignal) => Promise<void>;
  /** Tells whatever stands at a path of the gateway that something else is active now. */
  readonly reload: (path: string, message: JsonValue, signal?: AbortSignal) => Promise<void>;

  /** Proves the token without running anything. */
  readonly checkToken: (signal?: AbortSignal) => Promise<void>;
  /** Starts a run and returns its id. Nothing is planned yet then: what cannot run is never heard of again. */
  readonly submit: (order: Submission, signal?: AbortSignal) => Promise<string>;
  readonly progress: (run: string, signal?: AbortSignal) => Promise<Progress>;
  /** Whether a job of this id ran before: then no other run can insert it. */
  readonly knowsJob: (id: string, signal?: AbortSignal) => Promise<boolean>;

  readonly close: () => Promise<void>;
}
