/**
 * What a third-party provider is, in the words of its author: plain objects and functions, and nothing of m3forge. A
 * package exports it as `provider` from the module that `m3forge.provider` in its package.json names.
 */
export interface ThirdPartyProvider {
  readonly backupStore?: (context: StoreContext) => ThirdPartyStore | Promise<ThirdPartyStore>;
  readonly check?: ThirdPartyCheck;
}

/** The capabilities that a third-party provider can have. */
export type ThirdPartyKind = 'backup-store' | 'check';

/** What a user wrote under `options`, the values of environment variables in their places; valid by the provider's schema. */
export type ProviderOptions = Readonly<Record<string, unknown>>;

export interface StoreContext {
  readonly options: ProviderOptions;
  /** The absolute directory of the configuration, where relative paths start. */
  readonly directory: string;
  /** How long a single exchange with a service may take: give up by then, with an error that says so. Milliseconds. */
  readonly timeoutMs: number;
}

/**
 * Durable files by name, each written once and whole. A name has letters, digits, `.`, `-` and `_`, with `/` between
 * folders. Whatever goes wrong is thrown as an `Error` whose message says what, without any secret; a string as its
 * `hint` tells the user what to do.
 */
export interface ThirdPartyStore {
  /** Where files go, for people; no secret in it. */
  readonly label: string;
  /** Throws where nothing can be written. */
  readonly check: () => Promise<void>;
  /**
   * Writes a file durably. It appears under its name only when all of it is there: where `chunks` throws, nothing is
   * left. A file that exists already is an error, and stays as it is. Returns how many bytes there were.
   */
  readonly write: (name: string, chunks: AsyncIterable<Uint8Array>) => Promise<{ readonly bytes: number }>;
  /** Undefined where there is no such file. Of a range that goes beyond the end, what there is. */
  readonly read: (
    name: string,
    range?: { readonly start: number; readonly length: number },
  ) => Promise<Uint8Array | undefined>;
  /** Full names of all files below a folder, also in folders of it; of everything for the empty name. */
  readonly list: (folder: string) => Promise<readonly string[]>;
  /** Does nothing where there is no such file. */
  readonly remove: (name: string) => Promise<void>;
  /**
   * Removes what killed writers left half-written in a folder, and returns how many files that were. Call `permit` after
   * they were listed and before the first is removed; what it throws ends the sweep. Leave it out where nothing can be left.
   */
  readonly sweep?: (folder: string, permit: () => Promise<void>) => Promise<number>;
}

export interface CheckQuestion {
  /** The name of the smoke test. */
  readonly name: string;
  readonly options: ProviderOptions;
  /** How long it may take altogether, milliseconds. */
  readonly timeoutMs: number;
  readonly directory: string;
  /** `M3FORGE_TARGET`, `M3FORGE_ENVIRONMENT`, `M3FORGE_VERSION` and `M3FORGE_RELEASE`. */
  readonly variables: Readonly<Record<string, string>>;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

export interface CheckAnswer {
  readonly passed: boolean;
  /** One line: what was seen. */
  readonly detail: string;
  /** More, for the log of the release. */
  readonly output?: string;
}

export interface ThirdPartyCheck {
  /** That something does not work is an answer with `passed: false`, no error. It changes nothing. */
  readonly run: (question: CheckQuestion) => Promise<CheckAnswer>;
}

/** What the conformance kit tries a provider with. A package exports it as `fixture` from the module named there. */
export interface ProviderFixture {
  /** Starts whatever the provider needs, such as a server on the loopback interface. */
  readonly start: () => Promise<StartedFixture>;
}

export interface StartedFixture {
  readonly backupStore?: StoreFixture;
  readonly check?: CheckFixture;
  /** What must never be seen in an error, a label or anything that is printed: the secrets in the options below. */
  readonly secrets: readonly string[];
  readonly stop: () => Promise<void>;
}

export interface StoreFixture {
  /** A store that is empty each time the fixture starts. */
  readonly options: ProviderOptions;
  /** The same with something wrong in it, such as a wrong password: everything asked of it is an error. */
  readonly broken: ProviderOptions;
  /** A service that takes a request and never answers; left out where the provider asks no service. */
  readonly hanging?: ProviderOptions;
}

export interface CheckFixture {
  readonly passing: ProviderOptions;
  readonly failing: ProviderOptions;
  /** The service cannot be reached at all. */
  readonly broken: ProviderOptions;
  /** A service that takes a request and never answers; left out where the provider waits for nothing. */
  readonly hanging?: ProviderOptions;
}
