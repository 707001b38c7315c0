import { expect, test } from 'vitest';
import { summarise } from './summary.ts';

const name = 'server/release/after-intent@1=kill9/3';

/** One task for each recovery, which took so long. */
const after = (...recoveries: readonly number[]) =>
  summarise(
    recoveries.map((recoveryMs) => ({ name, violations: [], hits: ['after-intent'], recoveryMs, struck: true })),
    [],
    [],
    0,
  );

const quick = Array.from({ length: 98 }, () => 300);

test('one in a hundred recoveries may take longer than two seconds, and two may not', () => {
  expect(after(...quick, 300, 5000).failed).toBe(false);
  const { text, failed } = after(...quick, 5000, 5000);
  expect(failed).toBe(true);
  expect(text).toContain('p50 300 ms, p99 5000 ms of at most 2000 ms, of 100 that had something to recover');
});

test('fewer than a hundred are told, and held to nothing: they say how busy the machine was', () => {
  const { text, failed } = after(5000);
  expect(failed).toBe(false);
  expect(text).toContain('p50 5000 ms, p99 5000 ms, of 1 that had something to recover');
});

test('a violation, a fault that struck nothing, a point that was never hit and a bug that was not caught fail a run', () => {
  const outcome = { name, violations: [], hits: [], recoveryMs: undefined, struck: true };
  const violation = { invariant: 'I1', seen: 'two sequences' };
  expect(summarise([outcome], [], [], 0).failed).toBe(false);
  expect(summarise([{ ...outcome, violations: [violation] }], [], [], 0).failed).toBe(true);
  expect(summarise([{ ...outcome, struck: false }], [], [], 0).failed).toBe(true);
  expect(summarise([outcome], ['after-intent'], [], 0).failed).toBe(true);
  expect(summarise([outcome], [], ['no-marker'], 12).failed).toBe(true);
});
