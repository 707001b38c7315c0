import { isContentOf } from './contents.ts';
import { contentOf, type Observation, type ReleaseRow } from './observe.ts';
import type { Evidence } from './play.ts';
import type { Run } from './run-program.ts';
import { spilledInto } from './spilled.ts';

/** A promise that was not kept: which one (I1 to I13 of the design), and what was seen instead. */
export interface Violation {
  readonly invariant: string;
  readonly seen: string;
}

type Findings = readonly (Violation | false | undefined)[];
type Check = (evidence: Evidence) => Findings;

const violated = (invariant: string, seen: string): Violation => ({ invariant, seen });

const terminal = ['succeeded', 'failed', 'rolled_back', 'rollback_failed'];

/** The release that made what is active now, by what is recorded. */
const recordedActive = ({ releases, place }: Observation): ReleaseRow | undefined => {
  const last = place?.activations.at(-1);
  // One that failed and could not go back, or was kept, is what is active, and says so.
  const stays = ({ id, state, onFailure }: ReleaseRow): boolean =>
    state === 'succeeded' ||
    state === 'rollback_failed' ||
    (state === 'failed' && onFailure === 'keep' && id === last?.releaseId);
  return releases.findLast(stays);
};

const activeVersion = (observation: Observation): string | null => recordedActive(observation)?.version ?? null;

const runsOf = (evidence: Evidence): readonly Run[] => [
  evidence.run,
  evidence.recovered,
  evidence.recoveredAgain,
  evidence.next,
  evidence.plan,
  ...evidence.restore,
  ...(evidence.refused ? [evidence.refused] : []),
];

/** What is active is exactly what was active before, or exactly what was wanted. */
const content: Check = ({ round: { story }, run, before, afterTwice, atEnd }) => {
  const version = activeVersion(afterTwice);
  const isThere = isContentOf(version, afterTwice.place?.bodies ?? {});
  const last = activeVersion(atEnd);
  return [
    version !== story.before && version !== story.after && violated('I1', `${version} is recorded as active`),
    story.crashed &&
      version !== story.after &&
      violated('I1', `recovery should have come to ${story.after}, and ${version} is active`),
    story.fails &&
      afterTwice.releases
        .slice(before.releases.length)
        .some(({ state, version: released }) => state === 'succeeded' && released === story.after) &&
      violated('I1', `${story.after} fails its smoke test, and its release succeeded`),
    !isThere && violated('I1', `${version} is recorded as active, and what is read there is not what Git holds`),
    !isContentOf(last, atEnd.place?.bodies ?? {}) &&
      violated('I1', `at the end, ${last} is recorded as active, and what is read there is not what Git holds`),
    story.fails &&
      !story.keeps &&
      version !== story.before &&
      run.exit !== 9 &&
      violated('I1', `a release that fails its smoke test stayed active, and the exit code was ${run.exit}`),
  ];
};

/** State, marker, activation and pointer agree. */
const agreement = (when: string, observation: Observation): Findings => {
  const { place, releases } = observation;
  if (!place) return [];
  const recorded = recordedActive(observation);
  const last = place.activations.at(-1);
  const known = new Set(releases.map(({ id }) => id));
  const twice = new Set(place.markers.map(({ releaseId }) => releaseId)).size !== place.markers.length;
  return [
    (recorded?.seq ?? 0) !== place.active &&
      violated('I2', `${when}: recorded is sequence ${recorded?.seq ?? 0}, active is ${place.active}`),
    (last?.seq ?? 0) !== place.active &&
      violated('I2', `${when}: the last activation is of ${last?.seq}, active is ${place.active}`),
    place.markers.some(({ releaseId }) => !known.has(releaseId)) && violated('I2', `${when}: a marker of no release`),
    place.active > place.head && violated('I2', `${when}: active ${place.active} is beyond head ${place.head}`),
    twice && violated('I2', `${when}: a release has written twice`),
    place.active > 0 &&
      contentOf(place) !== place.manifestDigest &&
      violated('I12', `${when}: sequence ${place.active} is not what its marker says`),
    !place.sound && violated('I12', `${when}: a body is missing or is not what its digest says`),
  ];
};

/** Success that was told is there for good. */
const acknowledged: Check = ({ round: { story }, run, afterTwice }) => [
  run.exit === 0 &&
    !story.crashed &&
    activeVersion(afterTwice) !== story.after &&
    violated('I3', `exit code 0, and ${activeVersion(afterTwice)} is active`),
];

const isRising = (values: readonly number[], by: 0 | 1): boolean =>
  values.every((value, index) => index === 0 || value >= (values[index - 1] ?? 0) + by);

/** Fences only rise, and each release has its own; going back may happen under that of the release that recovers. */
const fenced = (when: string, { place }: Observation): Findings => {
  if (!place) return [];
  const { activations, markers, fence } = place;
  const own = activations.filter(({ kind }) => kind === 'activate').map((activation) => activation.fence);
  const last = Math.max(0, ...activations.map((activation) => activation.fence), ...markers.map((one) => one.fence));
  return [
    fence < last && violated('I4', `${when}: something was written under fence ${last}, and the place has ${fence}`),
    !isRising(
      activations.map((activation) => activation.fence),
      0,
    ) && violated('I4', `${when}: an activation under an older fence`),
    !isRising(own, 1) && violated('I4', `${when}: two releases activated under one fence`),
    !isRising(
      markers.map((marker) => marker.fence),
      1,
    ) && violated('I4', `${when}: two releases wrote under one fence`),
  ];
};

const fences: Check = ({ before, atEnd }) => [
  (atEnd.place?.fence ?? 0) < (before.place?.fence ?? 0) && violated('I4', 'the fence went down'),
];

/** One after the other has a place; what is called a backup is whole; the password is stored nowhere. */
const kept = (when: string, { overlaps, damaged, spilled }: Observation): Findings => [
  ...overlaps.map((pair) => violated('I4', `${when}: at work in one place at the same time were the releases ${pair}`)),
  ...damaged.map((damage) => violated('I8', `${when}: ${damage}`)),
  ...spilled.map((where) => violated('I7', `${when}: ${where}`)),
];

/**
 * What affects several targets is recorded after their releases, under no lease: in one transaction that uses the plan up and
 * compares what was recorded before. Who lost a lease after its release had ended may do that.
 */
const isConfiguration = (line: string): boolean => /^\(\d+,[^,]+,[^,]+,configuration\.(bootstrap|recorded),/.test(line);

/** What a process has read is no change, and the trail hears of it whatever became of its lease. */
const isSecretsRead = (line: string): boolean => /^\(\d+,[^,]+,[^,]+,secrets\.read,/.test(line);

/** Who was stopped past its lease and is woken writes nothing: neither to the place nor to the state. */
const awake: Check = ({ round: { fault }, woken }) => {
  // Before it has asked for the lease, whoever wakes may have it.
  if (!woken || fault.where === 'before-lease') return [];
  const { asleep, ended } = woken;
  const known = new Set(asleep.text.split('\n'));
  const hasEnded = asleep.releases.every((release) => release.ended);
  const mayBe = (line: string): boolean => isSecretsRead(line) || (hasEnded && isConfiguration(line));
  const written = ended.text.split('\n').find((line) => !known.has(line) && !mayBe(line));
  return [
    JSON.stringify(asleep.place) !== JSON.stringify(ended.place) &&
      violated('I4', `a woken holder changed the place: ${JSON.stringify(ended.place)}`),
    written !== undefined && violated('I4', `a woken holder wrote to the state: ${written}`),
    ended.text.length < asleep.text.length && violated('I4', 'a woken holder took something out of the state'),
  ];
};

/** Who hangs is alive, and keeps its place. */
const undisturbed: Check = ({ refused }) => [
  refused &&
    refused.exit !== 4 &&
    violated('I4', `a holder hung, and "${refused.command}" ended with ${refused.exit}:\n${refused.output}`),
];

/** What a dead process left is in nobody's way. */
const goesOn: Check = ({ recovered, recoveredAgain, next, plan, atEnd }) => [
  ...[recovered, recoveredAgain, next].map(
    ({ command, exit, output }) => exit !== 0 && violated('I5', `"${command}" ended with ${exit}:\n${output}`),
  ),
  plan.exit !== 0 && violated('I5', `a plan after apply is not empty (${plan.exit}):\n${plan.output}`),
  atEnd.leases > 0 && violated('I5', 'a lease was left behind'),
];

/** Every release that was started has one end, and the audit says so, in a chain that holds. */
const audited = (when: string, { releases, audit, chainHolds }: Observation): Findings => [
  !chainHolds && violated('I6', `${when}: the chain of the audit is broken`),
  ...releases
    .filter(({ started }) => started)
    .flatMap(({ id, state, ended }) => {
      const events = audit.filter(({ subject }) => subject === id).map(({ event }) => event.split('.')[1] ?? '');
      const ends = events.filter((event) => terminal.includes(event));
      const begun = events.filter((event) => event === 'started').length;
      return [
        (!ended || !terminal.includes(state)) && violated('I6', `${when}: release ${id} is still ${state}`),
        begun !== 1 && violated('I6', `${when}: release ${id} started ${begun} times`),
        (ends.length !== 1 || ends[0] !== state) &&
          violated('I6', `${when}: release ${id} is ${state}, and its audit says ${events}`),
      ];
    }),
];

/** What holds of any estate in which nobody is at work. */
export const checkAtRest = (when: string, observation: Observation): readonly Violation[] =>
  [agreement, fenced, audited, kept]
    .flatMap((check) => check(when, observation))
    .filter((found): found is Violation => !!found);

const secrets =
  (canary: string): Check =>
  (evidence) =>
    runsOf(evidence).flatMap(({ command, output }) =>
      spilledInto(output, canary).map((how) => violated('I7', `the output of "${command}" holds ${how}`)),
    );

/** Consumers are told of every activation, and of nothing else. */
const told: Check = ({ before, atEnd, announced }) => {
  const since = before.place?.activations.length ?? 0;
  const activated = (atEnd.place?.activations ?? []).slice(since).map(({ seq }) => seq);
  return [
    announced &&
      JSON.stringify(announced) !== JSON.stringify(activated) &&
      violated(
        'I11',
        `activated were ${JSON.stringify(activated)}, and consumers were told of ${JSON.stringify(announced)}`,
      ),
  ];
};

/**
 * Backups can be restored, and then the place holds what was backed up: exactly what it is recorded to be, and what Git
 * holds. One of what was kept in spite of its smoke test fails it again, and the place holds what it held.
 */
const restores: Check = ({ round: { story }, afterTwice, atEnd, restore, restored }) => {
  if (!restored) return [];
  const failsAgain = story.keeps === true && activeVersion(afterTwice) === story.after;
  const backup = failsAgain ? undefined : atEnd.backedUp.at(-1);
  const version = backup ? backup.version : activeVersion(atEnd);
  const digest = backup ? backup.manifestDigest : contentOf(atEnd.place);
  return [
    ...restore.map(({ command, exit, output }) => {
      const expected = failsAgain && command.startsWith('backup restore') ? 8 : 0;
      return exit !== expected && violated('I8', `"${command}" ended with ${exit}:\n${output}`);
    }),
    version !== activeVersion(afterTwice) &&
      !failsAgain &&
      violated('I8', `${activeVersion(afterTwice)} was active when the last backup was taken, and it is of ${version}`),
    (!isContentOf(version, restored.place?.bodies ?? {}) || contentOf(restored.place) !== digest) &&
      violated('I8', `the backup of ${version} was restored, and what is read in the place is something else`),
    ...checkAtRest('after the restore', restored),
  ];
};

/** Recovering twice is recovering once. */
const once: Check = ({ afterOnce, afterTwice }) => [
  JSON.stringify(afterOnce) !== JSON.stringify(afterTwice) && violated('I9', 'the second recovery changed something'),
];

/** Every command ends. */
const ends: Check = (evidence) =>
  runsOf(evidence).map(
    ({ command, endless, output }) => endless && violated('I13', `"${command}" did not end:\n${output}`),
  );

/** The exit code says what happened, or that it is not known. */
const exitCode: Check = ({ round: { story, fault }, run, struck, before, afterTwice }) => {
  const begun = afterTwice.releases.filter(
    ({ id, started }) => started && !before.releases.some((old) => old.id === id),
  );
  const succeeded = begun.some(({ state }) => state === 'succeeded');
  const stack = /^\s+at .*\(?(file:|node:|\/)/m.test(run.output);
  const wanted = story.crashed ? true : succeeded;
  return [
    !struck && fault.where !== 'commit' && violated('hit', `${fault.where} was never reached:\n${run.output}`),
    run.exit === 0 && !wanted && violated('I13', 'exit code 0, and no release succeeded'),
    run.exit === 8 && succeeded && violated('I13', 'exit code 8, and the release succeeded'),
    [1, 3, 4, 5, 6].includes(run.exit) &&
      !story.crashed &&
      begun.length > 0 &&
      violated('I13', `exit code ${run.exit}, and a release had begun:\n${run.output}`),
    run.exit === 9 &&
      !/m3forge (recover|status|apply)/.test(run.output) &&
      violated('I13', `exit code 9 without a word on what to do:\n${run.output}`),
    stack && fault.action !== 'throw' && violated('I13', `a stack trace:\n${run.output}`),
  ];
};

/** All promises that this round has broken; empty where it was kept to every one. */
export const checkInvariants = (evidence: Evidence, canary: string): readonly Violation[] => {
  const checks: readonly Check[] = [
    content,
    ({ afterTwice }) => checkAtRest('after recovery', afterTwice),
    ({ atEnd }) => checkAtRest('at the end', atEnd),
    acknowledged,
    fences,
    awake,
    undisturbed,
    goesOn,
    secrets(canary),
    told,
    restores,
    ends,
    once,
    exitCode,
  ];
  return checks.flatMap((check) => check(evidence)).filter((found): found is Violation => !!found);
};
