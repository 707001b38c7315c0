import type { CommitHooks, Database } from '../database/index.ts';
import type { System } from '../system/index.ts';
import type { ArtifactKind, Digest, JsonObject, LineChange, ManifestLine, Secret } from '../values/index.ts';
import type { Gateway, GatewayContext } from './gateway.ts';
import type { Notifier, NotifierContext } from './notifier.ts';
import type { SourceControl, SourceControlContext } from './source-control.ts';

/**
 * What a provider is: one plain object with a name and some of the capabilities below. A provider answers questions and
 * carries out single orders; the order of things, retries, journaling and the decision what to do are the engine's.
 *
 * All orders are idempotent where it says so. Problems a user can mend are thrown as `Refusal`; everything else that is
 * thrown is taken for a bug of the provider and reported as such.
 */
export interface Provider {
  readonly name: string;
  readonly artifactStore?: (context: ArtifactStoreContext) => ArtifactStore;
  readonly backupStore?: (context: BackupStoreContext) => BackupStore;
  readonly check?: (context: CheckContext) => Check;
  readonly gateway?: (context: GatewayContext) => Gateway;
  readonly notifier?: (context: NotifierContext) => Notifier;
  readonly sourceControl?: (context: SourceControlContext) => SourceControl;
}

// ---------------------------------------------------------------------------------------------------------------------
// artifact-store: a place, where artifacts live and are activated

export interface ArtifactStoreContext {
  readonly system: System;
  /** Open, and closed by the caller. */
  readonly database: Database;
  readonly schema: string;
}

/** Plain values by name. */
export type Variables = Readonly<Record<string, string>>;

export interface ActivationRecord {
  /** Counts up from 1; 0 stands for "never activated". */
  readonly n: number;
  readonly seq: number;
  readonly releaseId: string;
  readonly kind: 'activate' | 'return';
  readonly fence: number;
  readonly at: Date;
  /** All variables as of this activation; null in a place that had none yet. */
  readonly variables: Variables | null;
}

export interface MarkerRecord {
  readonly releaseId: string;
  readonly seq: number;
  readonly version: string;
  readonly planDigest: Digest;
  readonly manifestDigest: Digest;
  readonly fence: number;
  /** The sequence's rows are gone; it cannot be activated any more. */
  readonly pruned: boolean;
}

/** Everything small about a place, read in one statement. */
export interface PlaceStatus {
  readonly placeId: string;
  /** The lineage of the state that owns the place. */
  readonly lineage: string;
  readonly schemaVersion: number;
  readonly fence: number;
  /** The highest sequence ever written, 0 before the first. */
  readonly head: number;
  /** Where the pointer is, 0 where nothing is active. */
  readonly active: number;
  /** The last activation; its `seq` differs from `active` only where somebody moved the pointer by hand. */
  readonly activation: ActivationRecord | undefined;
  /** The marker of the sequence that the pointer names. */
  readonly marker: MarkerRecord | undefined;
  /** The variables that are there now; others than those of the last activation only where somebody changed them by hand. */
  readonly variables: Variables;
}

/** A body whose bytes no longer have the digest under which they were written. */
export interface DriftedBody {
  readonly digest: Digest;
  readonly actual: Digest;
  /** Of a processor's file: the bodies of the processors that name it, with its path in each. */
  readonly files?: readonly { readonly processor: Digest; readonly path: string }[];
}

/** A file that the body of a processor names. */
export interface NamedFile {
  /** The digest of the processor's body. */
  readonly processor: Digest;
  readonly path: string;
  readonly digest: Digest;
}

/** A row that begins or ends after head, where nothing is: somebody put it there, or changed it, by hand. */
export interface StrayRow extends ManifestLine {
  /** Which of its two ends lies after head. */
  readonly lies: 'begin' | 'end';
}

export interface StoredBody {
  readonly digest: Digest;
  /** The digest of the bytes that are really there. */
  readonly actual: Digest;
  readonly body: Buffer;
}

export interface WriteOrder {
  readonly fence: number;
  readonly releaseId: string;
  /** head + 1. */
  readonly seq: number;
  readonly version: string;
  readonly planDigest: Digest;
  /** What the whole sequence must come to; asserted by the place before COMMIT. */
  readonly manifestDigest: Digest;
  /** Rows to write: the difference between head and what is wanted. */
  readonly changes: readonly LineChange[];
  /** Digests whose bodies the place lacks or holds drifted, as `unsound` told. */
  readonly unsound: readonly Digest[];
  /** Exactly these bodies, files of processors among them, each once; written before the rows that name them. */
  readonly bodies: AsyncIterable<{ readonly digest: Digest; readonly body: Uint8Array }>;
  /** Drifted bodies of what is active now, as they should be; they are put right in place. */
  readonly healing?: AsyncIterable<{ readonly digest: Digest; readonly body: Uint8Array }>;
  readonly hooks: WriteHooks;
}

export interface WriteHooks extends CommitHooks {
  readonly beforeBodies: () => Promise<void>;
  readonly afterBodies: () => Promise<void>;
  readonly afterIntervals: () => Promise<void>;
  readonly afterMarker: () => Promise<void>;
}

export interface ActivateOrder {
  readonly fence: number;
  readonly releaseId: string;
  readonly seq: number;
  /** `return` is the automatic way back inside a release. */
  readonly kind: 'activate' | 'return';
  /** All variables that the place is to have from then on, written in the same transaction. */
  readonly variables: Variables;
  readonly hooks: ActivateHooks;
}

export interface ActivateHooks extends CommitHooks {
  /** The pointer has moved inside the transaction, and consumers are about to be told. */
  readonly beforeNotify?: () => Promise<void>;
}

/** What a release left in the place: the truth that recovery reads. */
export interface ReleaseTraces {
  readonly marker: MarkerRecord | undefined;
  readonly activations: readonly ActivationRecord[];
}

/**
 * One place. Reading works on every older schema version without migrating it. Each write is one transaction that locks
 * the place, compares the fence and throws `Refusal` with `place-fenced` when a newer lease has raised it.
 */
export interface ArtifactStore {
  /** The place's address, the same for everyone who reaches it; it need not exist yet. */
  readonly address: () => Promise<string>;
  /** Undefined where the place does not exist yet. */
  readonly status: () => Promise<PlaceStatus | undefined>;
  /** The newest schema version this provider knows; `migrate` leads there. */
  readonly schemaVersion: number;

  // Reading
  readonly manifestDigest: (seq: number) => Promise<Digest>;
  /** All lines of a sequence in byte order of (kind, name). */
  readonly manifest: (seq: number) => Promise<readonly ManifestLine[]>;
  /** The lines of a sequence for the given names only. */
  readonly lines: (
    seq: number,
    names: readonly { readonly kind: ArtifactKind; readonly name: string }[],
  ) => Promise<readonly ManifestLine[]>;
  /** What differs between two sequences; costs what differs, not what is there. */
  readonly difference: (fromSeq: number, toSeq: number) => Promise<readonly LineChange[]>;
  readonly driftedBodies: () => Promise<readonly DriftedBody[]>;
  /** Rows that begin or end after the given head, sorted by (kind, name); `write` removes and mends them. */
  readonly strayRows: (head: number) => Promise<readonly StrayRow[]>;
  /** Of these digests, those whose body is not there or has drifted, by what the store itself makes of its bytes. */
  readonly unsound: (digests: readonly Digest[]) => Promise<readonly Digest[]>;
  readonly bodies: (digests: readonly Digest[]) => AsyncIterable<StoredBody>;
  /** The files that these bodies of processors name; a body that is not there or has drifted names none. */
  readonly files: (processors: readonly Digest[]) => Promise<readonly NamedFile[]>;
  readonly markers: (filter: { readonly version?: string; readonly seq?: number }) => Promise<readonly MarkerRecord[]>;
  readonly activations: () => Promise<readonly ActivationRecord[]>;
  readonly traces: (releaseId: string) => Promise<ReleaseTraces>;

  // Writing
  /** Creates the place, or returns the one that is there. Safe for two at once. Nothing that exists is replaced. */
  readonly create: (identity: { readonly placeId: string; readonly lineage: string }) => Promise<PlaceStatus>;
  /**
   * Raises the fence, commits, and returns it: from here on an older holder fails. Only where the fence is still `from`,
   * else `place-fenced`. It waits for the row lock, so an older transaction has ended when it returns. With
   * `beforeEnding`, the caller has just taken the lease, and a former holder's session that is still writing is ended once
   * `beforeEnding` has not thrown: the lease may have been lost while the lock was waited for.
   */
  readonly raiseFence: (from: number, beforeEnding?: () => Promise<void>) => Promise<number>;
  /** Brings the schema forward under the fence; does nothing where it is new already. */
  readonly migrate: (order: { readonly fence: number }) => Promise<void>;
  readonly write: (order: WriteOrder) => Promise<void>;
  readonly activate: (order: ActivateOrder) => Promise<ActivationRecord>;
  /** Restores bodies into a scratch table and has the database hash them; returns the digests that came out right. */
  readonly proveBodies: (
    bodies: AsyncIterable<{ readonly digest: Digest; readonly body: Uint8Array }>,
  ) => Promise<ReadonlySet<Digest>>;
  /** Makes another state the owner. */
  readonly adopt: (order: { readonly fence: number; readonly lineage: string }) => Promise<void>;
  /** Forgets all sequences but these, and every body that neither a row nor a processor names any more. */
  readonly prune: (order: { readonly fence: number; readonly keep: readonly number[] }) => Promise<PruneResult>;
}

export interface PruneResult {
  readonly sequences: number;
  readonly rows: number;
  readonly bodies: number;
}

// ---------------------------------------------------------------------------------------------------------------------
// backup-store: durable files by name

export interface BackupStoreContext {
  readonly system: System;
  /** For the filesystem the absolute directory of the backups; for others that of the configuration. */
  readonly location: string;
  /** What the configuration says of the store, in the provider's own terms, its expressions resolved: secrets may be in it. */
  readonly options?: JsonObject;
}

/** Named files, written once and whole. A name holds letters, digits, `.`, `-` and `_`, with `/` between folders. */
export interface BackupStore {
  /** For people. */
  readonly label: string;
  /** Throws `Refusal` where nothing can be written. */
  readonly check: () => Promise<void>;
  /** Writes a file durably (synced) and under its name only when it is whole; an existing file is an error. */
  readonly write: (name: string, chunks: AsyncIterable<Uint8Array>) => Promise<{ readonly bytes: number }>;
  /** Undefined where there is no such file. */
  readonly read: (
    name: string,
    range?: { readonly start: number; readonly length: number },
  ) => Promise<Buffer | undefined>;
  /** Names below a folder, sorted. Half-written files are never among them. */
  readonly list: (folder: string) => Promise<readonly string[]>;
  readonly remove: (name: string) => Promise<void>;
  /**
   * Removes what killed writers left half-written in a folder, and returns how many files that were. `permit` is called
   * where there are any, after they were listed and before the first is removed: who may write there proves it then, and
   * what another writer began later is not in the list. What `permit` throws ends it.
   */
  readonly sweep: (folder: string, permit: () => Promise<void>) => Promise<number>;
}

// ---------------------------------------------------------------------------------------------------------------------
// check: a command or a request that says whether something works

export interface CheckContext {
  readonly system: System;
}

export interface CheckOrder {
  readonly name: string;
  /** What the configuration says about it, in the provider's own terms. */
  readonly options: JsonObject;
  readonly timeoutMs: number;
  /** Where relative paths start. */
  readonly directory: string;
  /** Sent by checks that ask over HTTP, as a bearer token. */
  readonly token?: Secret;
  /** What the check may know of the release, as environment variables. */
  readonly variables: Readonly<Record<string, string>>;
  /** Takes every known secret out of a text. Output goes through it before it is cut, because half a secret is not known. */
  readonly redact: (text: string) => string;
  readonly signal: AbortSignal;
}

export interface CheckResult {
  readonly passed: boolean;
  /** One line: what was seen. */
  readonly detail: string;
  /** More, for the release log; bounded. */
  readonly output: string;
  /** It did not pass because nobody answered who could be judged. */
  readonly unanswered?: boolean;
}

export interface Check {
  /** Never throws for a check that fails: that is a result. */
  readonly run: (order: CheckOrder) => Promise<CheckResult>;
}
