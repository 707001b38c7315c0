import type { ThirdPartyKind } from '../author.ts';

// The messages between this program and the process that a third-party provider runs in.

/** Asked of the provider; each has an answer with its number. */
export type Question = { readonly n: number } & (
  | { readonly ask: 'load'; readonly entry: string; readonly fixture: string | undefined }
  | {
      readonly ask: 'open';
      readonly context: { readonly options: object; readonly directory: string; readonly timeoutMs: number };
    }
  | { readonly ask: 'store'; readonly store: number; readonly method: StoreMethod; readonly args: readonly unknown[] }
  | { readonly ask: 'check'; readonly question: object }
  | { readonly ask: 'start' | 'stop' }
);

export type StoreMethod = 'check' | 'write' | 'read' | 'list' | 'remove' | 'sweep';

/** What this program says besides questions. */
export type Remark = { readonly abort: number } | Reply;

/** To what the provider asked back. */
export interface Reply {
  readonly reply: number;
  readonly value?: unknown;
  readonly failed?: string;
}

/** What comes from the provider. */
export type Answer =
  | { readonly n: number; readonly value: unknown }
  | { readonly n: number; readonly failed: Failure }
  /** Asked back while question `of` is under way: the next piece to write, or whether to go on. */
  | { readonly back: number; readonly of: number; readonly want: 'chunk' | 'permit' }
  | { readonly print: string };

export interface Failure {
  readonly message: string;
  readonly hint?: string | undefined;
  /** It answered, but with what is no answer. */
  readonly nonsense?: boolean;
}

/** What a provider turned out to be once it was loaded. */
export interface Loaded {
  readonly kinds: readonly ThirdPartyKind[];
}

/** A store that was opened. */
export interface OpenedStore {
  readonly store: number;
  readonly label: unknown;
  readonly sweeps: boolean;
}
