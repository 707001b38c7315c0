import { expect, test } from 'vitest';
import { verifyAudit } from '../../engine/operations/index.ts';
import { valueIn } from '../support/project.ts';
import { contend, createContest } from './contest.ts';

// The long form: npm run contest
const seconds = Number(process.env.M3FORGE_CONTEST_SECONDS ?? 0);
const seed = Number(process.env.M3FORGE_CONTEST_SEED ?? 1);
const rounds = 6;

test('two workers that die again and again release each due time exactly once', {
  timeout: seconds * 1000 + 180_000,
}, async () => {
  const project = await createContest();
  const end = performance.now() + seconds * 1000;
  const goesOn = (dealtWith: number): boolean => (seconds > 0 ? performance.now() < end : dealtWith < rounds);
  const { due, deaths, exits } = await contend(project, seed, { goesOn, killing: seconds > 0 });
  const notOnce = due.filter((one) => one.outcome !== 'released' || one.succeeded !== 1 || one.settled !== 1);
  expect(notOnce).toEqual([]);
  expect(due.length).toBeGreaterThanOrEqual(rounds);
  expect(deaths).toBeGreaterThan(0);
  // What was not killed did not end.
  expect(exits).toEqual([]);
  expect(valueIn(await verifyAudit(project.context, { kept: [], lockTimeoutMs: 0 })).entries).toBeGreaterThan(0);
  if (seconds > 0) process.stdout.write(`${due.length} due times, ${deaths} workers died\n`);
});
