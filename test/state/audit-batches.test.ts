import { describe, expect, test } from 'vitest';
import { judgeTrail } from '../../engine/operations/audit-judge.ts';
import {
  type AuditEntry,
  type AuditFilter,
  auditBatches,
  openState,
  readAtOneMoment,
  type State,
  type StateHandle,
} from '../../engine/state/index.ts';
import { chainOf } from '../support/audit.ts';
import { bothDatabases, openForTests } from '../support/servers.ts';

const batch = 2000;

const chain = chainOf(
  Array.from({ length: 4500 }, (_, index) => ({
    ...{ actor: index % 3 === 0 ? 'alice' : 'bob', event: 'release.started', subject: `${index}` },
    ...{ environment: null, origin: null, detail: {} },
  })),
);

const insert = (state: StateHandle, entries: readonly AuditEntry[]): Promise<number> =>
  state.execute(
    `insert into :schema.audit (n, at, actor, event, subject, environment, detail, origin, previous, hash)
     select n, at, actor, event, subject, environment, detail, origin, decode(previous, 'hex'), decode(hash, 'hex')
     from jsonb_to_recordset($1::jsonb) as t (n integer, at text, actor text, event text, subject text, environment text,
       detail jsonb, origin jsonb, previous text, hash text)`,
    [JSON.stringify(entries.map((entry) => (entry.origin === null ? { ...entry, origin: undefined } : entry)))],
  );

/** How many rows each statement brought, and how many each batch had. */
const counted = async (state: StateHandle, filter: AuditFilter, most = Number.POSITIVE_INFINITY) => {
  const [rows, batches]: [number[], number[]] = [[], []];
  const query: StateHandle['query'] = async (sql, parameters) => {
    const found = await state.query(sql, parameters);
    rows.push(found.length);
    return found as never;
  };
  let first: number | undefined;
  for await (const entries of auditBatches({ ...state, query }, filter)) {
    first ??= entries[0]?.n;
    batches.push(entries.length);
    if (batches.length === most) break;
  }
  return { rows, batches, first };
};

const judge = (state: State) => readAtOneMoment(state, (handle) => judgeTrail(handle, []));

describe.each(bothDatabases)('a long trail ($kind)', ({ location }) => {
  test('is read in batches, the next when the last was used, and a limit means the newest', async () => {
    const state = await openState(await openForTests(await location()), 'm3forge');
    await insert(state, chain);
    expect(await counted(state, {})).toEqual({ rows: [batch, batch, 500], batches: [batch, batch, 500], first: 1 });
    // Whoever stops after the first has asked for no more.
    expect(await counted(state, {}, 1)).toMatchObject({ rows: [batch] });
    expect(await counted(state, { limit: 2500 })).toEqual({
      rows: [1, batch, 500],
      batches: [batch, 500],
      first: 2001,
    });
    expect(await counted(state, { actor: 'alice', limit: 2 })).toMatchObject({ rows: [1, 2], first: 4495 });
    expect(await counted(state, { actor: 'nobody' })).toEqual({ rows: [0], batches: [], first: undefined });
    expect(await judge(state)).toMatchObject({ whole: true, head: { n: 4500 } });
  });

  test('shows a row that was doubled where one batch ends and the next begins', async () => {
    const state = await openState(await openForTests(await location()), 'm3forge_doubled');
    await insert(state, chain);
    await state.execute('alter table :schema.audit drop constraint audit_pkey');
    await state.execute(`insert into :schema.audit select * from :schema.audit where n = ${batch}`);
    expect(await judge(state)).toMatchObject({ whole: false, entries: batch, fault: { n: batch + 1 } });
  });

  test('shows rows to which no number leads', async () => {
    const state = await openState(await openForTests(await location()), 'm3forge_uncounted');
    await insert(state, chain.slice(0, 3));
    await state.execute('alter table :schema.audit drop constraint audit_pkey');
    await state.execute('alter table :schema.audit alter column n drop not null');
    await state.execute(
      `insert into :schema.audit (at, actor, event, subject, detail, previous, hash)
       select at, actor, event, subject, detail, previous, hash from :schema.audit where n = 2`,
    );
    expect(await judge(state)).toMatchObject({ whole: false, entries: 3, fault: { n: 4 } });
  });
});
