import { expect, test } from 'vitest';
import { acquireLease } from '../../engine/state/index.ts';
import { createFailpoints, FailpointError, type FailpointName } from '../../engine/system/index.ts';
import { testSystem } from '../support/servers.ts';
import { codeOf, createBench, stateOfFile } from './bench.ts';

const openState = stateOfFile();

const before = { extract: 'one', route: 'two' };
const after = { extract: 'changed', route: 'two', fresh: 'three' };

const dyingAt = (name: FailpointName) => ({ failpoints: createFailpoints(`${name}=throw`) });

for (const [point, left] of [
  ['backup-half-written', 0],
  ['backup-written-not-recorded', 2],
] as const) {
  test(`a process that dies at "${point}" leaves no backup, and the next one works`, async () => {
    const { place, taken, take, records, restored, backups, prune } = await createBench(openState);
    place.release(before);
    const first = await taken();
    place.release(after);
    const files = backups.files.size;
    await expect(take(dyingAt(point))).rejects.toThrow(FailpointError);
    expect(await records()).toEqual([first]);
    expect(backups.files.size - files).toBe(left);

    const second = await taken();
    expect(second.parent).toBe(first.id);
    expect(await restored(second)).toEqual(after);
    expect(await restored(first)).toEqual(before);

    // What was left behind goes with the next pruning, and nothing else.
    expect(await prune(10)).toEqual({ removed: [], files: left, bytes: 0 });
    expect(await restored(second)).toEqual(after);
    expect(await restored(first)).toEqual(before);
  });

  test(`the first backup of a place that dies at "${point}" is none`, async () => {
    const { place, taken, take, records, restored } = await createBench(openState);
    place.release(before);
    await expect(take(dyingAt(point))).rejects.toThrow(FailpointError);
    expect(await records()).toEqual([]);
    expect(await restored(await taken())).toEqual(before);
  });
}

test('a lease that was taken by another process is found out before anything is recorded', async () => {
  const { place, take, records, state, lease, prune, backups } = await createBench(openState);
  place.release(before);
  const request = { holder: 'bob', operation: 'apply', ciRun: null, timeoutMs: 0 };
  await acquireLease(state, testSystem(), { ...lease.place, ...request });
  expect(await codeOf(take())).toBe('lease-lost');
  expect(await records()).toEqual([]);
  // Neither does the one who lost it sweep what may be the other's by now.
  const files = [...backups.files.keys()];
  expect(files).not.toEqual([]);
  expect(await codeOf(prune(10))).toBe('lease-lost');
  expect([...backups.files.keys()]).toEqual(files);
});

test('what a killed writer left half-written goes with the next backup, and with a pruning', async () => {
  const { place, taken, prune, backups, lease } = await createBench(openState);
  const left = `${lease.place.id}/left`;
  place.release(before);
  backups.drafts.add(left).add('another-place/left');
  await taken();
  expect([...backups.drafts]).toEqual(['another-place/left']);
  backups.drafts.add(left);
  expect(await prune(10)).toEqual({ removed: [], files: 1, bytes: 0 });
  expect([...backups.drafts]).toEqual(['another-place/left']);
});

test('whoever lost the lease sweeps nothing: what lies there may be the other one’s', async () => {
  const { place, take, state, lease, prune, backups } = await createBench(openState);
  place.release(before);
  const request = { holder: 'bob', operation: 'apply', ciRun: null, timeoutMs: 0 };
  await acquireLease(state, testSystem(), { ...lease.place, ...request });
  backups.drafts.add(`${lease.place.id}/of-bob`);
  expect(await codeOf(take())).toBe('lease-lost');
  expect(await codeOf(prune(10))).toBe('lease-lost');
  expect(backups.drafts.size).toBe(1);
});
