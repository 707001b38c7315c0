import { describe, expect, test } from 'vitest';
import { loadBackup } from '../../engine/backups/index.ts';
import { digestOfBytes } from '../../engine/values/index.ts';
import { firstBrokenLink } from '../support/audit.ts';
import { linesOf } from '../support/memory-place.ts';
import { createBench, stateOfFile } from './bench.ts';

const openState = stateOfFile();

/** So many workflows, each of its own text. */
const estate = (count: number): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`flow-${n}`, `text of ${n}`]));

describe('taking a backup', () => {
  test('of a place where nothing is active yet is nothing to do', async () => {
    const { take, backups } = await createBench(openState);
    expect(await take()).toEqual({ backup: null, detail: 'nothing is active yet' });
    expect(backups.files.size).toBe(0);
  });

  test('the first stands alone and holds everything', async () => {
    const { place, take, restored, lease } = await createBench(openState);
    place.release({ extract: 'one', route: 'two' });
    const { backup, detail } = await take();
    expect(backup).toMatchObject({ seq: 1, version: 'v1.1.0', parent: null, bodies: 2, placeId: lease.place.id });
    expect(detail).toMatch(/^backup [0-9a-f]{8}: 2 bodies, \d+ bytes, stands alone$/);
    expect(backup && (await restored(backup))).toEqual({ extract: 'one', route: 'two' });
  });

  test('the next continues it and holds what changed', async () => {
    const { place, taken, restored } = await createBench(openState);
    place.release({ extract: 'one', route: 'two', old: 'three' });
    const first = await taken();
    place.release({ extract: 'one', route: 'changed', fresh: 'four' });
    const second = await taken();
    expect(second).toMatchObject({ parent: first.id, bodies: 2 });
    expect(await restored(second)).toEqual({ extract: 'one', route: 'changed', fresh: 'four' });
    expect(await restored(first)).toEqual({ extract: 'one', route: 'two', old: 'three' });
  });

  test('a deletion alone needs no pack', async () => {
    const { place, taken, restored, backups } = await createBench(openState);
    place.release({ extract: 'one', route: 'two' });
    await taken();
    place.release({ extract: 'one' });
    const second = await taken();
    expect(second).toMatchObject({ bodies: 0, bytes: 0 });
    expect([...backups.files.keys()].filter((name) => name.includes(second.id))).toHaveLength(1);
    expect(await restored(second)).toEqual({ extract: 'one' });
  });

  test('names that share a body share it in the backup', async () => {
    const { place, taken, restored } = await createBench(openState);
    place.release({ extract: 'same', route: 'same' });
    const backup = await taken();
    expect(backup.bodies).toBe(1);
    expect(await restored(backup)).toEqual({ extract: 'same', route: 'same' });
  });

  test('what is backed up already is not backed up again', async () => {
    const { place, taken, take, records } = await createBench(openState);
    place.release({ extract: 'one' });
    const first = await taken();
    place.release({ extract: 'one' });
    const { backup, detail } = await take();
    expect(backup?.id).toBe(first.id);
    expect(detail).toBe(`backup ${first.id.slice(0, 8)} holds exactly this already`);
    expect(await records()).toHaveLength(1);
  });

  test('after a rollback it continues the newer backup backwards', async () => {
    const { place, taken, restored } = await createBench(openState);
    place.release({ extract: 'one', route: 'two' });
    await taken();
    place.release({ extract: 'changed', fresh: 'three' });
    const second = await taken();
    place.activate(1);
    const third = await taken();
    expect(third).toMatchObject({ parent: second.id, seq: 1 });
    expect(await restored(third)).toEqual({ extract: 'one', route: 'two' });
  });

  test('where the sequence of the last backup was pruned it stands alone, and leaves bodies where they lie', async () => {
    const { place, taken, restored } = await createBench(openState);
    place.release({ extract: 'one', route: 'two' });
    await taken();
    place.release({ extract: 'one', route: 'changed' });
    place.forget(1);
    const second = await taken();
    expect(second).toMatchObject({ parent: null, bodies: 1 });
    expect(await restored(second)).toEqual({ extract: 'one', route: 'changed' });
  });

  test('a record and an audit row come with it, and the chain is whole', async () => {
    const { place, taken, state } = await createBench(openState);
    place.release({ extract: 'one' });
    const backup = await taken();
    const audit = await state.query('select actor, event from :schema.audit where subject = $1', [backup.id]);
    expect(audit).toEqual([{ actor: 'alice', event: 'backup.taken' }]);
    expect(await firstBrokenLink(state)).toBeUndefined();
  });
});

describe('the cost of a backup', () => {
  const costOfOneChange = async (count: number) => {
    const { place, taken, backups } = await createBench(openState);
    place.release(estate(count));
    await taken();
    const before = backups.traffic();
    place.asked.clear();
    place.release({ ...estate(count), 'flow-3': 'changed' });
    await taken();
    const after = backups.traffic();
    return {
      asked: Object.fromEntries(place.asked),
      bytes: after.read - before.read + after.written - before.written,
    };
  };

  test('is that of the change, not of the estate', async () => {
    const small = await costOfOneChange(10);
    const large = await costOfOneChange(1000);
    expect(small.asked).toEqual({ difference: 1, body: 1 });
    expect(large.asked).toEqual(small.asked);
    // Sizes and offsets take more digits in a larger estate; that is all.
    expect(Math.abs(large.bytes - small.bytes)).toBeLessThan(100);
  });

  test('every 33rd stands alone, from files and the difference alone', async () => {
    const { place, taken, restored } = await createBench(openState);
    let content: Record<string, string> = estate(20);
    const parents: (string | null)[] = [];
    for (let n = 0; n < 35; n += 1) {
      content = { ...content, [`flow-${n % 20}`]: `round ${n}` };
      place.release(content);
      place.asked.delete('manifest');
      const backup = await taken();
      parents.push(backup.parent);
      if (n > 0) expect(place.asked.get('manifest')).toBeUndefined();
      if (n > 0) expect(backup.bodies).toBe(1);
      if (n >= 32) expect(await restored(backup)).toEqual(content);
    }
    expect(parents.flatMap((parent, n) => (parent === null ? [n] : []))).toEqual([0, 33]);
  });

  test('the lines of the place are what is restored, in their order', async () => {
    const { place, taken, state, backups } = await createBench(openState);
    const content = { 'b-2': 'x', 'a\u{1F600}': 'y', 'a\uFFFD': 'z' };
    place.release(content);
    const loaded = await loadBackup(backups, state, await taken());
    expect(loaded.lines).toEqual(linesOf(content));
    expect(loaded.missing).toEqual([]);
    const only = new Set([digestOfBytes('y')]);
    const found: string[] = [];
    for await (const { digest } of loaded.readBodies(only)) found.push(digest);
    expect(found).toEqual([...only]);
  });
});
