import { describe, expect, test } from 'vitest';
import { appendAudit, openState } from '../../engine/state/index.ts';
import { firstBrokenLink } from '../support/audit.ts';
import { bothDatabases, openForTests, testSystem } from '../support/servers.ts';

describe.each(bothDatabases)('the audit trail ($kind)', ({ location }) => {
  test('is a chain that shows every change', async () => {
    const state = await openState(await openForTests(await location()), 'm3forge');
    const system = testSystem();
    for (const subject of ['one', 'two', 'three', 'four']) {
      await state.transaction((transaction) =>
        appendAudit(transaction, system, { actor: 'alice', event: 'test', subject, detail: { b: 1, a: ['ü'] } }),
      );
    }
    expect(await firstBrokenLink(state)).toBeUndefined();

    await state.execute(`update :schema.audit set actor = 'mallory' where n = 2`);
    expect(await firstBrokenLink(state)).toBe(2);
    await state.execute(`update :schema.audit set actor = 'alice' where n = 2`);
    expect(await firstBrokenLink(state)).toBeUndefined();
    await state.execute('delete from :schema.audit where n = 3');
    expect(await firstBrokenLink(state)).toBe(3);
  });

  test('lets nothing happen without its row, and no row without what it says', async () => {
    const state = await openState(await openForTests(await location()), 'm3forge_two');
    const failing = state.transaction(async (transaction) => {
      await appendAudit(transaction, testSystem(), { actor: 'alice', event: 'test', subject: 'x', detail: {} });
      throw new Error('the change itself failed');
    });
    await expect(failing).rejects.toThrow('the change itself failed');
    expect(await state.query('select 1 from :schema.audit')).toEqual([]);
  });
});
