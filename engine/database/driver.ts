import type { CopyRow, CopyTarget } from './database.ts';

export interface DriverResult {
  readonly rows: readonly object[];
  /** Rows inserted, updated or deleted. */
  readonly written: number;
}

/**
 * What a server and the embedded database do each in their own way. Everything they share (order, transactions, counting)
 * is in `session.ts`. Errors come out as `Refusal` where a user can mend them, and as they are where not.
 */
export interface Driver {
  readonly kind: 'server' | 'embedded';
  readonly label: string;
  /** One statement. `sent` is called when it is on its way and its answer has not been read. */
  readonly run: (sql: string, parameters: readonly (string | null)[], sent?: () => void) => Promise<DriverResult>;
  readonly script: (sql: string) => Promise<void>;
  /** `sentBytes` is called with the size of each piece. */
  readonly copyIn: (
    target: CopyTarget,
    rows: AsyncIterable<CopyRow> | Iterable<CopyRow>,
    sentBytes: (bytes: number) => void,
  ) => Promise<number>;
  readonly reconnect: () => Promise<void>;
  readonly close: () => Promise<void>;
}
