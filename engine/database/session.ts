import {
  type CommitHooks,
  CommitUnknown,
  type CopyRow,
  type CopyTarget,
  type Counters,
  type Database,
  type Queryable,
  type Transaction,
} from './database.ts';
import type { Driver, DriverResult } from './driver.ts';
import { createOuterTurns, createTurns } from './turns.ts';
import { encodeParameter } from './wire-values.ts';

type Tally = { -readonly [Name in keyof Counters]: Counters[Name] };

/** A driver whose statements wait for one another and are counted. */
const countedStatements = (driver: Driver, tally: Tally) => {
  const turns = createTurns();
  const send = (sql: string, parameters: readonly unknown[] = [], sent?: () => void): Promise<DriverResult> =>
    turns.take(async () => {
      const encoded = parameters.map(encodeParameter);
      tally.statements += 1;
      tally.bytesSent += Buffer.byteLength(sql);
      for (const text of encoded) tally.bytesSent += text === null ? 0 : Buffer.byteLength(text);
      const result = await driver.run(sql, encoded, sent);
      tally.rowsRead += result.rows.length;
      tally.rowsWritten += result.written;
      return result;
    });
  const script = (sql: string): Promise<void> =>
    turns.take(() => {
      tally.statements += 1;
      tally.bytesSent += Buffer.byteLength(sql);
      return driver.script(sql);
    });
  const copyIn = (target: CopyTarget, rows: AsyncIterable<CopyRow> | Iterable<CopyRow>): Promise<number> =>
    turns.take(async () => {
      tally.statements += 1;
      const count = await driver.copyIn(target, rows, (bytes) => {
        tally.bytesSent += bytes;
      });
      tally.rowsWritten += count;
      return count;
    });
  return { send, script, copyIn };
};

type Statements = ReturnType<typeof countedStatements>;

const queryable = (send: Statements['send']): Queryable => ({
  query: async <Row extends object>(sql: string, parameters?: readonly unknown[]) =>
    (await send(sql, parameters)).rows as readonly Row[],
  execute: async (sql, parameters) => (await send(sql, parameters)).written,
});

/** Sends COMMIT, lets the hook in while the answer is under way, and reads the answer. */
const commit = async (statements: Statements, hooks: CommitHooks): Promise<void> => {
  const sent = Promise.withResolvers<void>();
  const answer = statements.send('commit', [], sent.resolve);
  try {
    await Promise.race([sent.promise, answer]);
    await hooks.commitSent?.();
    await answer;
  } catch (error) {
    // The answer is read in any case, so that the connection is not left in the middle of it.
    await answer.catch(() => undefined);
    throw new CommitUnknown(error);
  }
};

/** The transaction that `work` gets, and the first error of its statements: after one PostgreSQL accepts only ROLLBACK. */
const openTransaction = (statements: Statements) => {
  let failed: { readonly error: unknown } | undefined;
  let ended = false;
  const guarded = async <T>(statement: () => Promise<T>): Promise<T> => {
    if (ended) throw new Error('the transaction has ended; its object must not be used any more');
    try {
      return await statement();
    } catch (error) {
      failed ??= { error };
      throw error;
    }
  };
  const transaction: Transaction = {
    ...queryable((sql, parameters) => guarded(() => statements.send(sql, parameters))),
    script: (sql) => guarded(() => statements.script(sql)),
    copyIn: (target, rows) => guarded(() => statements.copyIn(target, rows)),
  };
  return {
    transaction,
    firstFailure: () => failed,
    end: () => {
      ended = true;
    },
  };
};

const runTransaction = async <T>(
  statements: Statements,
  work: (transaction: Transaction) => Promise<T>,
  hooks: CommitHooks,
): Promise<T> => {
  await statements.send('begin');
  const { transaction, firstFailure, end } = openTransaction(statements);
  let result: T;
  try {
    result = await work(transaction);
    const failure = firstFailure();
    // Work that swallowed an error would have its COMMIT silently turned into a ROLLBACK.
    if (failure) throw failure.error;
    await hooks.beforeCommit?.();
  } catch (error) {
    // A connection that broke has rolled back already; the first error is the one that tells.
    await statements.send('rollback').catch(() => undefined);
    throw error;
  } finally {
    end();
  }
  await commit(statements, hooks);
  return result;
};

/** A `Database` over a driver: statements in order, one transaction at a time, everything counted. */
export const createSession = (driver: Driver): Database => {
  const tally: Tally = { statements: 0, rowsRead: 0, rowsWritten: 0, bytesSent: 0 };
  const statements = countedStatements(driver, tally);
  const outer = createOuterTurns('a statement beside the open transaction would wait for it for ever: use its object');
  return {
    kind: driver.kind,
    label: driver.label,
    ...queryable((sql, parameters) => outer.take(() => statements.send(sql, parameters))),
    transaction: (work, hooks = {}) => outer.take(() => runTransaction(statements, work, hooks)),
    reconnect: () => outer.take(() => driver.reconnect()),
    counters: () => ({ ...tally }),
    close: () => outer.take(() => driver.close()),
  };
};
