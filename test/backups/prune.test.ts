import { describe, expect, test } from 'vitest';
import { firstBrokenLink } from '../support/audit.ts';
import type { Content } from '../support/memory-place.ts';
import { type Bench, codeOf, createBench, stateOfFile } from './bench.ts';

const openState = stateOfFile();

const contents: readonly Content[] = [
  { extract: 'one', route: 'two', old: 'three' },
  { extract: 'one', route: 'changed', old: 'three' },
  { extract: 'one', route: 'changed' },
  { extract: 'four', route: 'changed', fresh: 'five' },
  { extract: 'four', route: 'six', fresh: 'five' },
];

/** One backup of each content, each continuing the one before. Returns them oldest first. */
const fiveBackups = async () => {
  const bench = await createBench(openState);
  const records = [];
  for (const content of contents) {
    bench.place.release(content);
    records.push(await bench.taken());
  }
  return { bench, ids: records.map(({ id }) => id) };
};

/** Every backup that is still recorded gives back exactly what it was taken of. */
const expectAllRestorable = async (bench: Bench): Promise<void> => {
  for (const record of await bench.records()) {
    expect(await bench.restored(record)).toEqual(contents[record.seq - 1]);
  }
};

const idsLeft = async ({ records }: Bench): Promise<readonly string[]> =>
  (await records()).map(({ id }) => id).reverse();

describe('pruning', () => {
  test('removes old backups and keeps the others restorable', async () => {
    const { bench, ids } = await fiveBackups();
    const report = await bench.prune(2);
    expect([...report.removed].sort()).toEqual(ids.slice(0, 3).sort());
    expect(await idsLeft(bench)).toEqual(ids.slice(3));
    await expectAllRestorable(bench);
    const [newest, oldest] = await bench.records();
    expect(oldest?.parent).toBeNull();
    expect(newest?.parent).toBe(oldest?.id);
  });

  test('deletes the files that nothing rests on, and counts them', async () => {
    const { bench, ids } = await fiveBackups();
    const third = (await bench.records()).find(({ id }) => id === ids[2]);
    expect(third?.bodies).toBe(0);
    const report = await bench.prune(1);
    const left = [...bench.backups.files.keys()].map((name) => name.split('/')[1]).sort();
    // "route", "extract" and "fresh" of the last content were written by the last two backups.
    const expected = [`${ids[3]}.pack`, `${ids[4]}.pack`, `${ids[4]}.lines.json`, `${ids[4]}.whole.json`];
    expect(left).toEqual(expected.sort());
    // Of the first: index, lists, pack; of the second: index, pack; of the third and fourth: index; of the last: its old index.
    expect(report.files).toBe(8);
    expect(report.bytes).toBeGreaterThan(0);
    await expectAllRestorable(bench);
  });

  test('leaves what is needed, and what lies beside', async () => {
    const { bench, ids } = await fiveBackups();
    const beside = `${bench.lease.place.id}/README.txt`;
    bench.backups.files.set(beside, Buffer.from('mine'));
    await bench.prune(1, [ids[1] ?? '']);
    expect(await idsLeft(bench)).toEqual([ids[1], ids[4]]);
    expect(bench.backups.files.has(beside)).toBe(true);
    await expectAllRestorable(bench);
  });

  test('has nothing to do a second time', async () => {
    const { bench } = await fiveBackups();
    await bench.prune(2);
    expect(await bench.prune(2)).toEqual({ removed: [], files: 0, bytes: 0 });
  });

  test('the next backup continues one that was rewritten', async () => {
    const { bench, ids } = await fiveBackups();
    await bench.prune(1);
    bench.place.release({ extract: 'four', route: 'seven', fresh: 'five' });
    const next = await bench.taken();
    expect(next).toMatchObject({ parent: ids[4], bodies: 1 });
    expect(await bench.restored(next)).toEqual({ extract: 'four', route: 'seven', fresh: 'five' });
  });

  test('is audited', async () => {
    const { bench, ids } = await fiveBackups();
    await bench.prune(3);
    const [audit] = await bench.state.query<{ actor: string; environment: string; detail: unknown }>(
      "select actor, environment, detail from :schema.audit where event = 'backup.pruned' and subject = $1",
      [bench.lease.place.address],
    );
    const { environment } = bench.lease.place;
    expect(audit).toEqual({ actor: 'alice', environment, detail: { removed: [ids[1], ids[0]], rewritten: [ids[2]] } });
    expect(await firstBrokenLink(bench.state)).toBeUndefined();
  });

  test('stops before anything is deleted where a backup that stays is damaged', async () => {
    const { bench, ids } = await fiveBackups();
    bench.backups.files.delete(`${bench.lease.place.id}/${ids[3]}.json`);
    const files = [...bench.backups.files.keys()];
    expect(await codeOf(bench.prune(2))).toBe('backup-damaged');
    expect([...bench.backups.files.keys()]).toEqual(files);
    expect(await idsLeft(bench)).toEqual(ids);
  });
});

describe('pruning that is killed', () => {
  class Killed extends Error {}

  /** Lets the process die at the `at`-th time that it changes anything, in the store or in the state. */
  const killAt = (bench: Bench, at: number): Bench['prune'] => {
    let left = at;
    const tick = (): void => {
      left -= 1;
      if (left < 0) throw new Killed();
    };
    bench.backups.interfere = tick;
    const { transaction } = bench.state;
    Object.assign(bench.state, {
      transaction: (work: Parameters<typeof transaction>[0]) => {
        tick();
        return transaction(work);
      },
    });
    return async (keepLast) => {
      try {
        return await bench.prune(keepLast);
      } finally {
        bench.backups.interfere = () => undefined;
        Object.assign(bench.state, { transaction });
      }
    };
  };

  test('at any line leaves every recorded backup restorable, and the next one finishes', async () => {
    let kills = 0;
    for (let at = 0; ; at += 1) {
      const { bench, ids } = await fiveBackups();
      const killed = await killAt(
        bench,
        at,
      )(2).then(
        () => false,
        (error: unknown) => error instanceof Killed,
      );
      if (!killed) break;
      kills += 1;
      await expectAllRestorable(bench);
      await bench.prune(2);
      expect(await idsLeft(bench)).toEqual(ids.slice(3));
      expect(await bench.prune(2)).toEqual({ removed: [], files: 0, bytes: 0 });
      await expectAllRestorable(bench);
    }
    // Two files of the rewriting, its transaction, the look at the lease, and each deletion.
    expect(kills).toBeGreaterThan(8);
  });

  test('after the removals were recorded still tells how many bytes the next one freed', async () => {
    const { bench } = await fiveBackups();
    const [, , , second, first] = await bench.records();
    await expect(killAt(bench, 5)(2)).rejects.toThrow(Killed);
    const { removed, bytes } = await bench.prune(2);
    expect(removed).toEqual([]);
    // The first pack holds "one" alone by now, which nothing that stays needs.
    expect(bytes).toBe(first?.bytes);
    expect(second?.bytes).toBeGreaterThan(0);
  });
});
