import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { isContentOf } from './contents.ts';
import {
  applyStep,
  backupStep,
  type Expected,
  emptyPlanStep,
  handmadeStep,
  killedApplyStep,
  killedBackupStep,
  killedPruneStep,
  killedRecoverStep,
  killedRestoreStep,
  killedRollbackStep,
  liftStep,
  pointsOfLeases,
  pointsOfRecovery,
  pointsOfReleases,
  pruneStep,
  recoverStep,
  restoreStep,
  rollbackStep,
  type Step,
} from './history-commands.ts';
import { failingVersion, isDrifted, type Model, modelAfter, versions } from './history-model.ts';
import { historyConfiguration } from './history-project.ts';
import { handmadeChange, scriptOf, type Typed } from './history-script.ts';
import { executeSql } from './history-sql.ts';
import { checkAtRest, type Violation } from './invariants.ts';
import type { Observation } from './observe.ts';
import type { Run } from './run-program.ts';
import type { World } from './world.ts';

/** A history that is being played: what was typed so far, and what the place should be like. */
interface Played {
  readonly world: World;
  readonly plant: string | undefined;
  readonly model: Model;
  readonly typed: Typed[];
}

/** Ends a history; `violations` have the script in what was seen. */
class HistoryFailure extends Error {
  readonly violations: readonly Violation[];
  constructor({ world, typed }: Played, found: readonly Violation[]) {
    const script = scriptOf(world.kind, typed);
    super(found.map(({ seen }) => seen).join('\n'));
    this.violations = found.map(({ invariant, seen }) => ({ invariant, seen: `${seen}\n\n${script}` }));
  }
}

const fromModel = (seen: string): Violation => ({ invariant: 'model', seen });

const carryOut = async ({ world, plant }: Played, step: Step, line: string): Promise<Pick<Run, 'exit' | 'output'>> => {
  if (step === handmadeStep) {
    await executeSql(world.location, handmadeChange);
    return { exit: 0, output: '' };
  }
  const nth = Number(/\$\(nth_backup (\d+)\)/.exec(line)?.[1] ?? '0');
  const id = nth > 0 ? (await world.observe()).backups[nth - 1] : '';
  const command = line.replace(/^m3forge /, '').replace(/\$\(.*\)/, id ?? 'none');
  if (step.killedAt) return world.run(command, { plant, failpoints: `${step.killedAt}=kill9` });
  return world.follow(command, plant);
};

const asExpected = (
  line: string,
  { exit, code }: Expected,
  run: Pick<Run, 'exit' | 'output'>,
): readonly Violation[] => {
  const isTold = code === undefined || run.output.includes(`[${code}]`);
  if (run.exit === exit && isTold) return [];
  const wanted = `${exit}${code ? ` and ${code}` : ''}`;
  return [fromModel(`the last command should end with ${wanted}, and ended with ${run.exit}: ${line}\n${run.output}`)];
};

/** What a model expects to find: a body that was changed by hand, and backups that lack it. */
const isForeseen = (model: Model, { backups }: Observation, { invariant, seen }: Violation): boolean =>
  (invariant === 'I12' && isDrifted(model)) ||
  (invariant === 'I8' && backups.some((id, index) => model.backups[index]?.isComplete === false && seen.includes(id)));

/** What holds after every command, whatever it was. */
const asModelled = (model: Model, observation: Observation): readonly Violation[] => {
  const { place, releases, backups } = observation;
  const drifted = isDrifted(model);
  const { version } = model.active;
  const active = releases.findLast(({ state }) => state === 'succeeded')?.version;
  const isContent = isContentOf(version, place?.bodies ?? {});
  return [
    ...checkAtRest('at rest', observation).filter((found) => !isForeseen(model, observation, found)),
    ...(active === version ? [] : [fromModel(`${version} should be active, and ${active} is`)]),
    ...(isContent === !drifted && place?.sound === !drifted
      ? []
      : [fromModel(`consumers ${drifted ? 'should' : 'should not'} see a change that was made by hand in ${version}`)]),
    ...(backups.length === model.backups.length
      ? []
      : [fromModel(`there should be ${model.backups.length} backups, and there are ${backups.length}`)]),
  ];
};

const play = async (played: Played, step: Step): Promise<void> => {
  const { model, world, typed } = played;
  const line = step.line(model);
  const expected = step.foresee(model);
  const run = await carryOut(played, step, line);
  const prefix = step.killedAt ? `env M3FORGE_FAILPOINTS=${step.killedAt}=kill9 ` : '';
  typed.push({ line: `${prefix}${line}`, exit: run.exit });
  const ended = asExpected(`${prefix}${line}`, expected, run);
  // What was left unfinished may look as it likes until it is recovered.
  const found = model.left ? ended : [...ended, ...asModelled(model, await world.observe())];
  if (found.length > 0) throw new HistoryFailure(played, found);
};

/** Whatever happened: the next release goes through, and then there is nothing left to do. */
const goOn = async (played: Played): Promise<void> => {
  const good = versions.filter((version) => version !== failingVersion);
  await play(played, recoverStep);
  const version = good.find((one) => !played.model.avoided.has(one)) ?? good[0] ?? '';
  if (played.model.avoided.has(version)) await play(played, liftStep(version));
  await play(played, applyStep(version));
  await play(played, emptyPlanStep(version));
};

/** Prepares the estate, and has the file of the histories in the place of the world's own while they are played. */
const onHistoryProject = async (world: World, work: () => Promise<void>): Promise<readonly Violation[]> => {
  const file = join(world.directory, 'm3forge.yaml');
  const usual = readFileSync(file, 'utf8');
  writeFileSync(file, historyConfiguration(world.kind));
  try {
    await work();
    return [];
  } catch (error) {
    if (error instanceof HistoryFailure) return error.violations;
    throw error;
  } finally {
    writeFileSync(file, usual);
  }
};

const firstVersion = 'v1.0.0';

const begin = async (world: World, plant: string | undefined): Promise<Played> => {
  await world.restore('empty');
  const played: Played = { world, plant, model: modelAfter(firstVersion), typed: [] };
  await play(played, applyStep(firstVersion));
  return played;
};

const anyVersion = fc.constantFrom(...versions);
const anyBackup = fc.nat(5);
const anyPoint = fc.constantFrom(...pointsOfReleases);
const atLeases = fc.constantFrom(...pointsOfLeases);

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: anyVersion.map(applyStep) },
  { weight: 1, arbitrary: fc.constant(applyStep(undefined)) },
  { weight: 3, arbitrary: fc.constant(rollbackStep(undefined)) },
  { weight: 1, arbitrary: anyVersion.map(rollbackStep) },
  { weight: 2, arbitrary: fc.constant(handmadeStep) },
  { weight: 1, arbitrary: fc.constant(backupStep) },
  { weight: 2, arbitrary: anyBackup.map(restoreStep) },
  { weight: 1, arbitrary: fc.constant(pruneStep) },
  { weight: 1, arbitrary: fc.constant(recoverStep) },
  { weight: 1, arbitrary: anyVersion.map(liftStep) },
  { weight: 1, arbitrary: fc.tuple(anyVersion, anyPoint).map(([version, at]) => killedApplyStep(version, at)) },
  { weight: 1, arbitrary: anyPoint.map(killedRollbackStep) },
  { weight: 1, arbitrary: fc.tuple(anyBackup, anyPoint).map(([nth, at]) => killedRestoreStep(nth, at)) },
  { weight: 1, arbitrary: fc.constantFrom(...pointsOfRecovery).map(killedRecoverStep) },
  { weight: 1, arbitrary: fc.oneof(atLeases.map(killedPruneStep), atLeases.map(killedBackupStep)) },
);

/** Those that make no sense where they come are left out. */
const anyHistory = fc.noBias(fc.array(anyStep, { minLength: 1, maxLength: 20, size: 'max' }));

/** A failure is played again with less so many times: what is left is short, and the wait for it too. */
const mostReplays = 25;

const playAll = async (world: World, steps: readonly Step[], plant: string | undefined): Promise<void> => {
  const played = await begin(world, plant);
  for (const step of steps) if (step.isPossible(played.model)) await play(played, step);
  await goOn(played);
};

/** Plays these commands, as far as each makes sense where it comes. */
export const playSteps = (world: World, steps: readonly Step[], plant?: string): Promise<readonly Violation[]> =>
  onHistoryProject(world, () => playAll(world, steps, plant));

/**
 * Plays the random history of a seed, and returns what it broke: the exit codes and diagnostics that a small model foresees,
 * the version that is active, what consumers read, the backups, and what holds of every estate at rest. A failure is first
 * made shorter; each violation that is returned says at its end, in `seen`, the shell script that shows it. Empty where
 * everything went as foreseen. Works with a server and with the embedded database; the world is left to be restored.
 */
export const playHistory = (world: World, seed: number, plant?: string): Promise<readonly Violation[]> =>
  onHistoryProject(world, async () => {
    let plays = 0;
    let shortest: HistoryFailure | undefined;
    const property = fc.asyncProperty(anyHistory, async (steps) => {
      plays += 1;
      if (plays > mostReplays) return;
      try {
        await playAll(world, steps, plant);
      } catch (error) {
        if (error instanceof HistoryFailure) shortest = error;
        throw error;
      }
    });
    const { failed, errorInstance } = await fc.check(property, { seed, numRuns: 1, endOnFailure: false });
    if (shortest) throw shortest;
    if (failed) throw errorInstance;
  });
