import { nextPublish, type ScheduleConfig, type TargetConfig } from '../config/index.ts';
import type { Queryable } from '../database/index.ts';
import { dueTime } from '../release/index.ts';
import {
  appendAudit,
  type DeclaredRecord,
  deprecatedVersions,
  knownOccurrences,
  lastOccurrence,
  listAvoids,
  listChangeSets,
  noteAnnouncement,
  noteOccurrence,
  readDeclared,
  settleOccurrence,
  unwatchSchedules,
  watchSchedule,
} from '../state/index.ts';
import { compareVersions, globMatcher, isInRange, isLower, type JsonObject } from '../values/index.ts';
import type { TaggedVersion } from '../versions/index.ts';
import type { Session } from './session.ts';

/** What a schedule brings, for people: as it is written. */
const wantedBy = ({ version: spec, schedule }: TargetConfig): string =>
  schedule?.version ?? (spec.kind === 'from' ? `what ${spec.target} runs` : spec.text);

const statusOf = async (session: Session, target: TargetConfig) =>
  (await (await session.place(target)).store.status()) ?? undefined;

/** Notes that a due time came and went without a worker. */
const noteMissed = async (
  { context }: Session,
  transaction: Queryable,
  { name: target, environment }: TargetConfig,
  key: string,
): Promise<void> => {
  const note = 'no worker was there in time';
  const outcome = 'missed' as const;
  await settleOccurrence(transaction, { target, cause: 'schedule', key, releaseId: null }, { outcome, note });
  const { actor, system } = context;
  const detail = { target, due_at: key, outcome, note };
  await appendAudit(transaction, system, { actor, event: 'schedule.settled', subject: target, environment, detail });
};

const announce = async (session: Session, target: TargetConfig, schedule: ScheduleConfig, now: Date): Promise<void> => {
  const due = nextPublish(schedule, now);
  if (!due || schedule.announceMs === 0 || due.getTime() - schedule.announceMs > now.getTime()) return;
  const { name, environment } = target;
  const active = (await statusOf(session, target))?.marker?.version ?? null;
  const { actor, system } = session.context;
  await session.state.transaction(async (transaction) => {
    if (!(await noteAnnouncement(transaction, name, due))) return;
    const at = due.toISOString();
    const detail = { target: name, at, version: wantedBy(target) };
    await appendAudit(transaction, system, { actor, event: 'schedule.announced', subject: name, environment, detail });
    const planned = { at, timezone: schedule.timezone, version: wantedBy(target), active };
    await session.tell(transaction, { event: 'publish_planned', target: name, environment, ...planned });
  });
};

/** Looks after the schedule of a target: notes what is due, and announces what is going to be. */
export const findScheduled = async (session: Session, target: TargetConfig, now: Date): Promise<void> => {
  const { schedule, name } = target;
  if (!schedule) {
    await unwatchSchedules(session.state, [name]);
    return;
  }
  await session.state.transaction(async (transaction) => {
    const since = await watchSchedule(transaction, { target: name, ...schedule });
    const last = (await lastOccurrence(transaction, name))?.dueAt;
    const due = dueTime(schedule, { since, last, now });
    if (!due) return;
    const key = due.at.toISOString();
    const found = { target: name, cause: 'schedule' as const, key, dueAt: due.at, because: null };
    if ((await noteOccurrence(transaction, found)) && due.isMissed) await noteMissed(session, transaction, target, key);
  });
  await announce(session, target, schedule, now);
};

/** Whether a version is one that a target wants at all. */
const isWanted = ({ version: spec }: TargetConfig, { version }: TaggedVersion): boolean => {
  if (spec.kind === 'from') return false;
  if (spec.kind === 'latest') return true;
  return spec.kind === 'exact' ? version.name === spec.text : isInRange(version.semver, spec.text);
};

/** Whether a rule that is recorded releases change sets with a label to a target. */
const isRecorded = (recorded: readonly DeclaredRecord[], label: string, target: string): boolean => {
  const rules = recorded.find(({ address }) => address === 'changeset_rules')?.body.auto_changeset_rules;
  return (Array.isArray(rules) ? (rules as readonly JsonObject[]) : []).some(
    ({ label: one, auto_deploy_to: names }) => one === label && Array.isArray(names) && names.includes(target),
  );
};

/** The versions that rules for change sets release to a target by themselves, with the change set of each. */
const ofChangeSets = async (
  { config, state, standing }: Session,
  { name }: TargetConfig,
): Promise<ReadonlyMap<string, string>> => {
  const written = config.changeSetRules.filter((rule) => rule.autoDeployTo.includes(name)).map(({ label }) => label);
  if (written.length === 0) return new Map();
  // As with triggers: what is not recorded starts nothing, but in development, where a file is obeyed at once.
  const { type } = (await standing()).groundOf(name);
  const recorded = type === 'development' ? [] : await readDeclared(state);
  const labels = written.filter((label) => type === 'development' || isRecorded(recorded, label, name));
  if (labels.length === 0) return new Map();
  const sets = await listChangeSets(state);
  return new Map(
    sets.flatMap(({ version, rule, name: set }) =>
      version !== null && rule !== null && labels.includes(rule) ? [[version, `change set "${set}"`] as const] : [],
    ),
  );
};

interface Candidate {
  readonly tagged: TaggedVersion;
  readonly because: string;
}

const candidates = async (session: Session, target: TargetConfig): Promise<readonly Candidate[]> => {
  const { triggers } = target;
  const byChangeSet = await ofChangeSets(session, target);
  const byTag = triggers?.onVersionTag === true;
  if (!byTag && byChangeSet.size === 0) return [];
  const matches = triggers?.versionPattern === undefined ? () => true : globMatcher([triggers.versionPattern]);
  const tags = await session.tags();
  return tags.flatMap((tagged): readonly Candidate[] => {
    const set = byChangeSet.get(tagged.version.name);
    if (!isWanted(target, tagged)) return [];
    if (set !== undefined) return [{ tagged, because: set }];
    return byTag && matches(tagged.version.name) ? [{ tagged, because: 'a new tag' }] : [];
  });
};

/** The highest that is on the branch that is asked for. What a change set brought was made on the branch of that. */
const highestOnBranch = async (
  session: Session,
  { triggers }: TargetConfig,
  found: readonly Candidate[],
): Promise<Candidate | undefined> => {
  const highestFirst = [...found].sort((one, other) => compareVersions(other.tagged.version, one.tagged.version));
  for (const candidate of highestFirst) {
    if (triggers?.branch === undefined || candidate.because !== 'a new tag') return candidate;
    if (await (await session.source()).isOnBranch(triggers.branch, candidate.tagged.commit)) return candidate;
  }
  return undefined;
};

/**
 * Notes the highest version that a target is released to by itself, where it is higher than what runs there and was never
 * noted before: what was tried once is not tried again by itself.
 */
export const findVersions = async (session: Session, target: TargetConfig, now: Date): Promise<void> => {
  const found = await candidates(session, target);
  if (found.length === 0) return;
  const { name } = target;
  const known = await knownOccurrences(session.state, { target: name, cause: 'version' });
  const status = await statusOf(session, target);
  const active = status?.marker?.version ?? null;
  const avoided = new Set(
    (status ? await listAvoids(session.state, status.placeId) : []).map(({ version }) => version),
  );
  const deprecated = await deprecatedVersions(session.state);
  const fresh = found.filter(
    ({
      tagged: {
        version: { name: version },
      },
    }) => {
      if (avoided.has(version) || deprecated.has(version)) return false;
      return active === null || isLower(active, version);
    },
  );
  const chosen = await highestOnBranch(session, target, fresh);
  if (!chosen || known.has(chosen.tagged.version.name)) return;
  const key = chosen.tagged.version.name;
  await noteOccurrence(session.state, { target: name, cause: 'version', key, dueAt: now, because: chosen.because });
};
