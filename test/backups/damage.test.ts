import { describe, expect, test } from 'vitest';
import { verifyBackup } from '../../engine/backups/index.ts';
import { type BackupRecord, lastBackup } from '../../engine/state/index.ts';
import { digestOfBytes } from '../../engine/values/index.ts';
import { asAlice, type Bench, codeOf, createBench, restore, stateOfFile } from './bench.ts';

const openState = stateOfFile();

/** Two backups, the second resting on the first. */
const chainOfTwo = async (): Promise<Bench & { readonly record: BackupRecord }> => {
  const bench = await createBench(openState);
  bench.place.release({ extract: JSON.stringify({ nodes: ['a', 'b'] }), route: 'two' });
  await bench.taken();
  bench.place.release({ extract: JSON.stringify({ nodes: ['a', 'c'] }), route: 'two' });
  return { ...bench, record: await bench.taken() };
};

const damage = (file: Buffer, at: number, mask: number): Buffer => {
  const copy = Buffer.from(file);
  copy[at] = (copy[at] ?? 0) ^ mask;
  return copy;
};

describe('a changed byte', () => {
  test('is found wherever it is, before anything of that file is believed', async () => {
    const { backups, state, record } = await chainOfTwo();
    const used = (name: string): boolean =>
      // The first version of "extract" lies in the first pack too, and the second backup does not need it.
      !name.endsWith('.pack') || name.includes(record.id);
    const files = [...backups.files].filter(([name]) => used(name));
    expect(files.map(([name]) => name.replace(/^.*?\./, '.')).sort()).toEqual([
      '.json',
      '.lines.json',
      '.pack',
      '.whole.json',
    ]);
    for (const [name, whole] of files) {
      for (let at = 0; at < whole.length; at += name.endsWith('.pack') ? 1 : 7) {
        for (const mask of [0x01, 0x10, 0x80]) {
          backups.files.set(name, damage(whole, at, mask));
          const refused = restore(backups, state, record);
          await expect(refused, `${name} at ${at}`).rejects.toThrow(`backup-damaged: The file ${name} in memory`);
        }
      }
      backups.files.set(name, whole);
    }
    await restore(backups, state, record);
  });

  test('in a pack that another backup wrote is found where that body is needed', async () => {
    const { backups, state, record, records } = await chainOfTwo();
    const [, first] = await records();
    const name = `${record.placeId}/${first?.id}.pack`;
    const whole = backups.files.get(name) ?? Buffer.alloc(0);
    let found = 0;
    for (let at = 0; at < whole.length; at += 1) {
      backups.files.set(name, damage(whole, at, 0x20));
      if ((await codeOf(restore(backups, state, record))) === 'backup-damaged') found += 1;
      expect(first && (await codeOf(restore(backups, state, first)))).toBe('backup-damaged');
    }
    expect(found).toBeGreaterThan(0);
  });
});

describe('a file that is cut off, gone or longer', () => {
  for (const [what, change] of [
    ['cut off', (bytes: Buffer) => bytes.subarray(0, -1)],
    ['gone', () => undefined],
    ['longer', (bytes: Buffer) => Buffer.concat([bytes, Buffer.from('x')])],
  ] as const) {
    test(`is found by a quick look when it is ${what}`, async () => {
      const { backups, state, record } = await chainOfTwo();
      for (const [name, bytes] of [...backups.files]) {
        const changed = change(bytes);
        if (changed) backups.files.set(name, changed);
        else backups.files.delete(name);
        expect(await codeOf(verifyBackup(asAlice(backups, state), record, { full: false })), name).toBe(
          'backup-damaged',
        );
        backups.files.set(name, bytes);
      }
    });
  }

  test('is found by a restore', async () => {
    const { backups, state, record } = await chainOfTwo();
    const pack = `${record.placeId}/${record.id}.pack`;
    const bytes = backups.files.get(pack) ?? Buffer.alloc(0);
    backups.files.set(pack, bytes.subarray(0, -1));
    await expect(restore(backups, state, record)).rejects.toThrow('is cut off');
    backups.files.delete(pack);
    await expect(restore(backups, state, record)).rejects.toThrow('is not there');
  });
});

describe('what is recorded', () => {
  test('decides, not what the files say of themselves', async () => {
    const { backups, state, record } = await chainOfTwo();
    const other = { ...record, manifestDigest: digestOfBytes('other') };
    await expect(restore(backups, state, other)).rejects.toThrow('does not come to the content that was recorded');
    const orphan = { ...record, placeId: state.lineage };
    for (const [name, bytes] of [...backups.files]) {
      backups.files.set(name.replace(record.placeId, state.lineage), bytes);
    }
    await expect(restore(backups, state, orphan)).rejects.toThrow('continues a backup that is recorded no more');
  });

  test('a format of a later program is refused as such', async () => {
    const { backups, state, record } = await chainOfTwo();
    const name = `${record.placeId}/${record.id}.json`;
    const text = backups.files.get(name)?.toString('utf8').replace('"format":1', '"format":3') ?? '';
    backups.files.set(name, Buffer.from(text));
    const newer = { ...record, indexDigest: digestOfBytes(text) };
    expect(await codeOf(restore(backups, state, newer))).toBe('backup-format-newer');
  });
});

describe('verifying', () => {
  test('reports what the backup holds and records when it was looked at', async () => {
    const { backups, state, record, records } = await chainOfTwo();
    const report = await verifyBackup(asAlice(backups, state), record, { full: true });
    expect(report).toEqual({ artifacts: 2, bodies: 2, missing: 0, packs: 2 });
    const [after] = await records();
    expect(after?.verifiedAt?.getTime()).toBeGreaterThanOrEqual(record.verifiedAt?.getTime() ?? Number.NaN);
  });

  test('in full finds what a quick look cannot, and no backup continues the damaged one', async () => {
    const { backups, state, record, place, taken, restored } = await chainOfTwo();
    const [name, bytes] = [...backups.files].find(([file]) => file.endsWith('.pack')) ?? ['', Buffer.alloc(0)];
    backups.files.set(name, damage(bytes, bytes.length - 1, 1));
    await verifyBackup(asAlice(backups, state), record, { full: false });
    expect(await codeOf(verifyBackup(asAlice(backups, state), record, { full: true }))).toBe('backup-damaged');
    const first = await lastBackup(state, record.placeId);
    expect(first?.id).not.toBe(record.id);
    expect(first && (await codeOf(verifyBackup(asAlice(backups, state), first, { full: true })))).toBe(
      'backup-damaged',
    );
    // A look at sizes does not make it good again.
    await verifyBackup(asAlice(backups, state), record, { full: false });
    expect(await lastBackup(state, record.placeId)).toBeUndefined();

    const next = await taken();
    expect(next).toMatchObject({ parent: null, bodies: 2 });
    expect(await restored(next)).toEqual({ extract: JSON.stringify({ nodes: ['a', 'c'] }), route: 'two' });
    place.release({ extract: 'fresh' });
    expect((await taken()).parent).toBe(next.id);
  });
});

describe('a last backup with a damaged file', () => {
  for (const file of ['.json', '.pack']) {
    test(`in its ${file} is not continued: the next one holds everything`, async () => {
      const { backups, record, place, taken, restored } = await chainOfTwo();
      backups.files.delete(`${record.placeId}/${record.id}${file}`);
      place.release({ extract: 'fresh', route: 'two' });
      const next = await taken();
      expect(next).toMatchObject({ parent: null, bodies: 2 });
      expect(await restored(next)).toEqual({ extract: 'fresh', route: 'two' });
    });
  }

  for (const file of ['.lines.json', '.pack']) {
    test(`in the ${file} of the one before it is not searched for bodies`, async () => {
      const { backups, record, place, taken, restored, records } = await chainOfTwo();
      const [, first] = await records();
      backups.files.delete(`${record.placeId}/${first?.id}${file}`);
      place.release({ extract: 'fresh', route: 'two' });
      // Without this sequence there is no difference, so the next one stands alone.
      place.forget(2);
      const next = await taken();
      expect(next).toMatchObject({ parent: null, bodies: 2 });
      expect(await restored(next)).toEqual({ extract: 'fresh', route: 'two' });
    });
  }

  test('that stands alone is found by the size of its lists', async () => {
    const { backups, place, taken } = await createBench(openState);
    place.release({ extract: 'one' });
    const first = await taken();
    backups.files.delete(`${first.placeId}/${first.id}.lines.json`);
    place.release({ extract: 'two' });
    expect((await taken()).parent).toBeNull();
  });
});
