import { expect, test } from 'vitest';
import { verifyBackup } from '../../engine/backups/index.ts';
import { saveManifest } from '../../engine/state/index.ts';
import { digestOfBytes, manifestOf } from '../../engine/values/index.ts';
import { linesOf } from '../support/memory-place.ts';
import { asAlice, codeOf, createBench, stateOfFile } from './bench.ts';

const openState = stateOfFile();

const spoil = Buffer.from('changed by hand');

test('a body that drifted and is in no older pack is missing, by name', async () => {
  const { place, take, restored, state, backups } = await createBench(openState);
  place.release({ extract: 'one', route: 'two' });
  place.bodies.set(digestOfBytes('one'), spoil);
  const { backup, detail } = await take();
  expect(detail).toContain('; without workflow.extract: changed by hand in the place, and in no older backup');
  expect(backup && (await restored(backup))).toEqual({ route: 'two' });
  expect(backup && (await verifyBackup(asAlice(backups, state), backup, { full: true }))).toEqual({
    artifacts: 2,
    bodies: 1,
    missing: 1,
    packs: 1,
  });
});

test('a body that was deleted by hand is missing too, and many are not all named', async () => {
  const { place, take } = await createBench(openState);
  place.release({ a: 'same', b: 'same', c: 'same', d: 'same', e: 'other' });
  place.bodies.delete(digestOfBytes('same'));
  expect((await take()).detail).toContain('without workflow.a, workflow.b, workflow.c and 1 more:');
});

test('a body that drifted is taken from an older pack', async () => {
  const { place, take, taken, restored } = await createBench(openState);
  place.release({ extract: 'one', route: 'two' });
  await taken();
  place.release({ route: 'two' });
  await taken();
  place.release({ extract: 'two', route: 'two' });
  place.bodies.set(digestOfBytes('two'), spoil);
  const { backup, detail } = await take();
  expect(detail).not.toContain('without');
  expect(backup && (await restored(backup))).toEqual({ extract: 'two', route: 'two' });
});

test('a body that was healed is in the next backup', async () => {
  const { place, take, taken, restored } = await createBench(openState);
  place.release({ extract: 'one', route: 'two' });
  place.bodies.set(digestOfBytes('one'), spoil);
  const first = await taken();
  // While it stays lost, the backup that misses it is all there is to have.
  const again = await take();
  expect(again.backup?.id).toBe(first.id);
  expect(again.detail).toContain('holds exactly this already, without 1 bodies that are lost in the place too');
  place.bodies.set(digestOfBytes('one'), Buffer.from('one'));
  const second = await take();
  expect(second.detail).not.toContain('without');
  expect(second.backup && (await restored(second.backup))).toEqual({ extract: 'one', route: 'two' });
});

test('what was lost is forgotten once nothing names it any more', async () => {
  const { place, taken, restored, take } = await createBench(openState);
  place.release({ extract: 'one', route: 'two' });
  place.bodies.set(digestOfBytes('one'), spoil);
  await taken();
  place.release({ extract: 'three', route: 'two' });
  const { backup, detail } = await take();
  expect(detail).not.toContain('without');
  expect(backup && (await restored(backup))).toEqual({ extract: 'three', route: 'two' });
});

test('rows that were changed by hand are backed up as they were recorded', async () => {
  const { place, taken, restored, state } = await createBench(openState);
  const content = { extract: 'one', route: 'two' };
  const entries = linesOf(content).map((line) => ({ ...line, path: `${line.name}.json`, blob: 'b' }));
  await saveManifest(state, manifestOf(entries), undefined);
  place.release(content);
  place.rows.set(1, linesOf({ extract: 'two' }));
  const backup = await taken();
  expect(await restored(backup)).toEqual(content);
});

test('rows that were changed by hand, and whose record nobody has, are refused', async () => {
  const { place, take, records } = await createBench(openState);
  place.release({ only: 'here' });
  place.rows.set(1, []);
  expect(await codeOf(take())).toBe('backup-content-unknown');
  expect(await records()).toEqual([]);
});

test('rows that change while they are read are refused', async () => {
  const { place, take, records } = await createBench(openState);
  place.release({ extract: 'one', route: 'two' });
  const { manifest } = place.store;
  Object.assign(place.store, { manifest: async (seq: number) => (await manifest(seq)).slice(1) });
  expect(await codeOf(take())).toBe('backup-content-unknown');
  expect(await records()).toEqual([]);
});

test('a backup that has the recorded content is enough, whatever somebody did to the rows', async () => {
  const { place, taken } = await createBench(openState);
  place.release({ extract: 'one' });
  const first = await taken();
  place.rows.set(1, []);
  expect((await taken()).id).toBe(first.id);
});

test('a sequence whose rows were changed since its backup is not continued', async () => {
  const { place, taken, restored } = await createBench(openState);
  place.release({ extract: 'one', route: 'two' });
  await taken();
  place.release({ extract: 'one', route: 'two', fresh: 'three' });
  // The difference from these rows would leave "route" out of what changed.
  place.rows.set(1, linesOf({ extract: 'changed', route: 'two' }));
  const second = await taken();
  expect(second.parent).toBeNull();
  expect(await restored(second)).toEqual({ extract: 'one', route: 'two', fresh: 'three' });
});

test('a pointer that was moved by hand does not move the backup', async () => {
  const { place, taken, restored } = await createBench(openState);
  place.release({ extract: 'one' });
  place.release({ extract: 'two' });
  place.pointer = 1;
  const backup = await taken();
  expect(backup).toMatchObject({ seq: 2, version: 'v1.2.0' });
  expect(await restored(backup)).toEqual({ extract: 'two' });
});
