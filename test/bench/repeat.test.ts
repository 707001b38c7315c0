import { expect, test } from 'vitest';
import type { Taken } from './process.ts';
import { once, type Repeats, repeat } from './repeat.ts';

/** How often something is done whose times are these, and then the last of them again and again. */
const timesDone = async (walls: readonly number[], repeats: Repeats): Promise<number> => {
  let done = 0;
  const timed = (): Promise<Taken> => {
    const wallMs = walls[Math.min(done, walls.length - 1)] ?? 0;
    done += 1;
    return Promise.resolve({ wallMs, cpuMs: 0, peakBytes: 0, isCut: false });
  };
  expect(await repeat(timed, repeats)).toHaveLength(done);
  return done;
};

const repeats = { runs: 3, shortRuns: 15 };

test('what is over at once is measured more often than what takes long', async () => {
  expect(await timesDone([100], repeats)).toBe(15);
  expect(await timesDone([2000], repeats)).toBe(3);
});

test('one time that is out of the way decides nothing', async () => {
  expect(await timesDone([2000, 100, 100], repeats)).toBe(15);
  expect(await timesDone([100, 2000, 2000], repeats)).toBe(3);
  expect(await timesDone([100, 100, 100, 2000], repeats)).toBe(15);
});

test('what can be done only once is done once', async () => {
  expect(await timesDone([100], once)).toBe(1);
});
