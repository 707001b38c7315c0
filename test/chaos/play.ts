import type { ChildProcess } from 'node:child_process';
import type { Observation } from './observe.ts';
import type { CutMode } from './proxy.ts';
import { type Fault, holds, type Round, type Story } from './rounds.ts';
import type { Run } from './run-program.ts';
import type { World } from './world.ts';

/** Everything that was seen of one round. */
export interface Evidence {
  readonly round: Round;
  /** Before the command that suffers the fault. */
  readonly before: Observation;
  /** The command that suffered it. */
  readonly run: Run;
  /** Whether the fault came about at all. */
  readonly struck: boolean;
  /** Somebody else's release into the same place, while the command hung with the place in its hands. */
  readonly refused: Run | undefined;
  /** Recovery, once and again, and what was seen after each. */
  readonly recovered: Run;
  readonly afterOnce: Observation;
  readonly recoveredAgain: Run;
  readonly afterTwice: Observation;
  /** The next release, of a version that no story has released, and a plan after it. */
  readonly next: Run;
  readonly plan: Run;
  readonly atEnd: Observation;
  /** The sequences that a consumer was told of; undefined where nobody can listen. */
  readonly announced: readonly number[] | undefined;
  /** Where the command was stopped past its lease: what was there right before it was woken, and once it had ended. */
  readonly woken: { readonly asleep: Observation; readonly ended: Observation } | undefined;
  /** Verification of all backups, and a restore of the last; only in rounds that restore. */
  readonly restore: readonly Run[];
  /** What was seen after that restore. */
  readonly restored: Observation | undefined;
}

/** A version that no story releases. */
const version = 'v1.3.0';

interface Outlived {
  readonly recovered: Run;
  readonly asleep: Observation;
}

/** Where there was something to recover. */
export const hasRecovered = ({ output }: Run): boolean => !output.includes('nothing to recover');

/** A holder that is stopped is not heard of: its lease runs out, somebody else has the place, and then it wakes. */
const outlive = async (world: World, child: ChildProcess, plant: string | undefined): Promise<Outlived> => {
  await world.ageLeases();
  const recovered = await world.run('recover', { plant });
  // Recovery takes no lease where it has nothing to do.
  if (!hasRecovered(recovered)) await world.run('backup create --target production', { plant });
  const asleep = await world.observe();
  child.kill('SIGCONT');
  return { recovered, asleep };
};

/** A holder that hangs is alive: nobody else gets its place, and whoever asks is told. */
const knock = async (world: World, child: ChildProcess, plant: string | undefined): Promise<Run> => {
  // Of a version that is active nowhere: there is something to release, and so a lease to ask for.
  const answer = await world.run(`apply --target hotfix --version ${version} --yes`, { plant });
  child.kill('SIGKILL');
  return answer;
};

/** How a fault is brought about, and whether it came about. */
const inflict = (world: World, { where, nth, action }: Fault) => {
  if (where === 'commit') {
    world.proxy?.arm({ mode: action as CutMode, nth });
    return { options: {}, struck: () => world.proxy?.fired() === true };
  }
  const text = `${where}@${nth}=${action}`;
  if (where === 'files' || where === 'reads' || where === 'socket' || where === 'pack') {
    return { options: { fault: text }, struck: (run: Run) => run.calls >= nth || run.exit === killed };
  }
  return { options: { failpoints: text }, struck: (run: Run) => run.hits.length > 0 };
};

const killed = 137;

/** The id of the last backup is another one in every estate. */
export const commandOf = ({ command }: Story, { backups }: Observation): string =>
  command.replace('LAST_BACKUP', backups.at(-1) ?? 'none');

/** Runs the command that suffers, and the recovery: while it is stopped where it can be woken, else when it has died. */
const suffer = async (world: World, { story, fault }: Round, before: Observation, plant: string | undefined) => {
  let outliving: Promise<Outlived> | undefined;
  let knocking: Promise<Run> | undefined;
  const onHit = (child: ChildProcess): void => {
    if (fault.action === 'stop' && world.kind === 'server') outliving = outlive(world, child, plant);
    else if (fault.action === 'hang' && holds(fault)) knocking = knock(world, child, plant);
    else child.kill('SIGKILL');
  };
  const { options, struck } = inflict(world, fault);
  const stuck = fault.action === 'hang' || fault.action === 'stop';
  const run = await world.run(commandOf(story, before), { ...options, plant, ...(stuck && { onHit }) });
  const hasStruck = struck(run);
  world.proxy?.arm(undefined);
  const [outlived, refused] = [await outliving, await knocking];
  const recover = () => (world.measures ? world.run('recover', { plant }) : world.follow('recover', plant));
  const recovered = outlived?.recovered ?? (await recover());
  await world.proxy?.settled();
  return { run, struck: hasStruck, recovered, refused, asleep: outlived?.asleep };
};

/** Where a story begins with a process that died, this one. */
export const crash = async (world: World, { crashed }: Story, plant?: string): Promise<void> => {
  if (crashed) await world.run(crashed.command, { failpoints: `${crashed.point}=kill9`, plant });
};

/** Plays a round from its estate to the end. */
export const play = async (world: World, round: Round, plant?: string): Promise<Evidence> => {
  const { story } = round;
  await world.restore(story.template);
  const before = await world.known(story.template);
  await crash(world, story, plant);
  const { run, struck, recovered, refused, asleep } = await suffer(world, round, before, plant);
  const afterOnce = await world.observe();
  // Nothing is going to fail from here on: it may go on in one process.
  const command = (text: string): Promise<Run> => world.follow(text, plant);
  const recoveredAgain = await command('recover');
  const afterTwice = await world.observe();
  const next = await command(`apply --target production --version ${version} --yes`);
  const plan = await command(`plan --target production --version ${version} --detailed-exitcode`);
  const atEnd = await world.observe();
  const announced = await world.announced();
  const restore: Run[] = [];
  const last = atEnd.backups.at(-1);
  if (round.restores && last) {
    restore.push(await command('backup verify --full'));
    restore.push(await command(`backup restore ${last} --target production --yes`));
  }
  const restored = restore.length > 0 ? await world.observe() : undefined;
  return {
    ...{ round, before, run, struck, recovered, afterOnce, recoveredAgain, afterTwice },
    ...{ next, plan, atEnd, announced, restore, restored },
    refused,
    woken: asleep && { asleep, ended: afterOnce },
  };
};
