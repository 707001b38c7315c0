import {
  type ApprovalsConfig,
  bothRoles,
  type EnvironmentConfig,
  firesWithin,
  rulesIn,
  type SmokeTest,
  type TargetConfig,
  type TargetRules,
} from '../config/index.ts';
import type { DeclaredRecord } from '../state/index.ts';
import { canonicalJson, isJsonObject, type JsonObject, type JsonValue, mask } from '../values/index.ts';
import { loosenedRules } from './loosening.ts';
import { least, stricterGates } from './strict-gates.ts';

/** Tests as their owner wants them, and those of the other that are not among them, under a name that says whose they are. */
const bothTests = (own: TargetRules, recorded: TargetRules): readonly SmokeTest[] => {
  const mine = own.deployment.runSmokeTests ? own.smokeTests : [];
  const known = new Set(mine.map((test) => canonicalJson(test as unknown as JsonObject)));
  const names = new Set(mine.map(({ name }) => name));
  const others = recorded.deployment.runSmokeTests ? recorded.smokeTests : [];
  const added = others.flatMap((test) => {
    const text = canonicalJson(test as unknown as JsonObject);
    // What was recorded without its secret cannot be run any more; the change of it is marked all the same.
    if (known.has(text) || text.includes(mask)) return [];
    return [names.has(test.name) ? { ...test, name: `${test.name} (as recorded)` } : test];
  });
  return [...mine, ...added];
};

/**
 * Of the people that both let approve, where they are enough for what is recorded; else those that are recorded. Whoever
 * is named anew may approve once a release that the others approved has recorded it.
 */
const fewerApprovers = (own: ApprovalsConfig, recorded: ApprovalsConfig): readonly string[] | undefined => {
  const [mine, theirs] = [own.allowedApprovers, recorded.allowedApprovers];
  if (!mine || !theirs) return theirs ?? mine;
  const both = theirs.filter((name) => mine.includes(name));
  return both.length >= Math.max(recorded.min, 1) ? both : theirs;
};

/** The roles that both let in; where that is nobody, those that are recorded: else nobody could ever record the change. */
const fewerRoles = (own: TargetRules['allowedRoles'], recorded: TargetRules['allowedRoles']) => {
  const both = bothRoles(own, recorded);
  return both?.length === 0 ? recorded : both;
};

/** The strictest first: whoever wrote it cannot approve it, and nor can who asked for it. */
const separations: readonly ApprovalsConfig['separation'][] = ['committers', 'requester', 'off'];

/** The stricter of both, and never more approvals than there are people to give them. Pure. */
export const stricterApprovals = (own: ApprovalsConfig, recorded: ApprovalsConfig): ApprovalsConfig => {
  if (recorded.min === 0) return own;
  const allowedApprovers = fewerApprovers(own, recorded);
  const timeoutHours = least(own.timeoutHours, recorded.timeoutHours);
  const allowedRoles = fewerRoles(own.allowedRoles, recorded.allowedRoles);
  return {
    min: Math.max(recorded.min, Math.min(own.min, allowedApprovers?.length ?? own.min)),
    ...(allowedApprovers && { allowedApprovers }),
    ...(allowedRoles && { allowedRoles }),
    ...(timeoutHours !== undefined && { timeoutHours }),
    rejectsWhenDue: recorded.rejectsWhenDue || (own.min > 0 && own.rejectsWhenDue),
    forRollback: own.forRollback || recorded.forRollback,
    separation: separations.find((one) => one === own.separation || one === recorded.separation) ?? 'off',
  };
};

/** Each set of windows must let a release begin, so both together are at least as strict as either. */
const bothWindows = (own: TargetRules, recorded: TargetRules): TargetRules['windows'] => {
  const known = new Set(own.windows.map((set) => canonicalJson(set as unknown as JsonValue)));
  return [...own.windows, ...recorded.windows.filter((set) => !known.has(canonicalJson(set as unknown as JsonValue)))];
};

/** A version must run wherever either names, for the longer of both times. */
const bothPromotions = (own: TargetRules, recorded: TargetRules): TargetRules['promotions'] => {
  const hours = new Map<string, number>();
  for (const { from, soakHours } of [...own.promotions, ...recorded.promotions]) {
    hours.set(from, Math.max(soakHours, hours.get(from) ?? 0));
  }
  return [...hours].map(([from, soakHours]) => ({ from, soakHours }));
};

/**
 * The schedule that is recorded, where the file would have releases begin at other times, bring another version, or wait
 * for no time at all; the file's, where it is stricter.
 */
const stricterSchedule = (own: TargetRules, recorded: TargetRules): TargetRules['schedule'] => {
  if (!own.schedule || !recorded.schedule) return own.schedule ?? recorded.schedule;
  const isStricter = own.schedule.version === recorded.schedule.version && firesWithin(own.schedule, recorded.schedule);
  return isStricter ? own.schedule : { ...recorded.schedule, announceMs: own.schedule.announceMs };
};

/** A version must be let through by the limits of both, and starts nothing where either does not let it. */
const stricterTriggers = (own: TargetRules, recorded: TargetRules): TargetRules['triggers'] => {
  if (!own.triggers || !recorded.triggers) return undefined;
  return {
    ...own.triggers,
    ...recorded.triggers,
    onVersionTag: own.triggers.onVersionTag && recorded.triggers.onVersionTag,
  };
};

/** The stricter of two in every single rule. What is no rule is taken from the first. Pure. */
export const stricter = (own: TargetRules, recorded: TargetRules): TargetRules => {
  const { maxDeletes: _, ...deployment } = own.deployment;
  const maxDeletes = least(own.deployment.maxDeletes, recorded.deployment.maxDeletes);
  return {
    enabled: own.enabled && recorded.enabled,
    deployment: {
      ...deployment,
      requireBackup: deployment.requireBackup || recorded.deployment.requireBackup,
      runSmokeTests: deployment.runSmokeTests || recorded.deployment.runSmokeTests,
      ...(maxDeletes !== undefined && { maxDeletes }),
      acceptUnattributed: deployment.acceptUnattributed && recorded.deployment.acceptUnattributed,
      onFailure: recorded.deployment.onFailure === 'rollback' ? 'rollback' : deployment.onFailure,
    },
    approvals: stricterApprovals(own.approvals, recorded.approvals),
    ...stricterEmergency(own, recorded),
    promotions: bothPromotions(own, recorded),
    schedule: stricterSchedule(own, recorded),
    triggers: stricterTriggers(own, recorded),
    windows: bothWindows(own, recorded),
    gates: stricterGates(own.gates, recorded.gates),
    smokeTests: bothTests(own, recorded),
  };
};

/** Both must let it skip gates; who may is then whom both let. */
const stricterEmergency = (own: TargetRules, recorded: TargetRules): Pick<TargetRules, 'emergency'> => {
  if (!own.emergency || !recorded.emergency) return {};
  const both = recorded.emergency.allowedRoles.filter((role) => own.emergency?.allowedRoles.includes(role));
  return {
    emergency: {
      allowedRoles: both.length > 0 ? both : recorded.emergency.allowedRoles,
      review: own.emergency.review || recorded.emergency.review,
    },
  };
};

/** A target with the rules that really hold for it. */
export interface HeldTarget {
  readonly target: TargetConfig;
  /** What the file would loosen and does not yet, one short text each. */
  readonly held: readonly string[];
  /** Nothing is recorded that could hold it: the rules of the file are its first. */
  readonly isFirst: boolean;
  /**
   * Whether it may be recorded in this place with rules of its own. Where others were first, that takes a plan that covers
   * them too; until then it is held to their rules in each release.
   */
  readonly settles: boolean;
  /** What its environment counts as: the strictest that is recorded of it, or of whoever was first in the place, or written. */
  readonly environmentType: EnvironmentConfig['type'];
}

const strictestType = (types: readonly unknown[]): EnvironmentConfig['type'] =>
  (['production', 'staging'] as const).find((type) => types.includes(type)) ?? 'development';

const isEnabledIn = (recorded: ReadonlyMap<string, JsonObject>, body: JsonObject): boolean =>
  body.enabled !== false && recorded.get(`environment.${String(body.environment)}`)?.enabled !== false;

/** In development everybody serves themselves: what is recorded there binds nobody, and a file is obeyed at once. */
const binds = (recorded: ReadonlyMap<string, JsonObject>, { environment }: JsonObject): boolean =>
  recorded.get(`environment.${String(environment)}`)?.type !== 'development';

/** The recorded targets that have released into a place. */
const inPlace = (recorded: readonly DeclaredRecord[], placeId: string | undefined): readonly DeclaredRecord[] =>
  recorded.filter(
    ({ address, placeId: place }) => address.startsWith('target.') && placeId !== undefined && place === placeId,
  );

/**
 * The recorded bodies whose rules hold for a target in a place: its own, unless it was somewhere else before; and where
 * it is new in the place, those of all targets that have released into it. Whether it is enabled is its own affair.
 */
const governing = (
  target: TargetConfig,
  placeId: string | undefined,
  recorded: readonly DeclaredRecord[],
  bodies: ReadonlyMap<string, JsonObject>,
): readonly JsonObject[] => {
  const own = recorded.find(({ address }) => address === `target.${target.name}`);
  const others = inPlace(recorded, placeId);
  const isSettled = own !== undefined && (own.placeId === null || placeId === undefined || own.placeId === placeId);
  // One that released nothing yet has no place of its own: whoever has released here was there before it.
  const inherited = isSettled && own.placeId !== null ? [] : others.filter((other) => other !== own);
  return [
    ...(own ? [{ ...own.body, enabled: isEnabledIn(bodies, own.body) }] : []),
    ...inherited.map(({ body }) => ({ ...body, enabled: true })),
  ];
};

/**
 * Holds a target to the recorded rules that govern it: the stricter of them and of what the file says, in every single
 * rule. So the file can tighten at once, and loosen only once it was recorded. Pure.
 */
export const holdToRecorded = (
  target: TargetConfig,
  body: JsonObject,
  placeId: string | undefined,
  recorded: readonly DeclaredRecord[],
  { covers, type }: { readonly covers: ReadonlySet<string>; readonly type: EnvironmentConfig['type'] | undefined },
): HeldTarget => {
  const known = new Map(recorded.map((one) => [one.address, one.body]));
  const all = governing(target, placeId, recorded, known);
  const bodies = all.filter((one) => binds(known, one));
  const rules = bodies.map(rulesIn).reduce<TargetRules>(stricter, target);
  const here = inPlace(recorded, placeId).filter((one) => binds(known, one.body));
  const names = here.map(({ address }) => address.slice('target.'.length));
  const held = bodies.flatMap((one) => loosenedRules('target', one, isJsonObject(body) ? body : {}));
  const { emergency: _, ...plain } = target;
  return {
    target: {
      ...plain,
      ...(rules.emergency && { emergency: rules.emergency }),
      enabled: rules.enabled,
      deployment: rules.deployment,
      gates: rules.gates,
      approvals: rules.approvals,
      ...(rules.allowedRoles && { allowedRoles: rules.allowedRoles }),
      promotions: rules.promotions,
      schedule: rules.schedule,
      triggers: rules.triggers,
      windows: rules.windows,
      smokeTests: rules.smokeTests,
    },
    held: [...new Set(held)].sort(),
    isFirst: all.length === 0,
    environmentType: strictestType([
      type,
      ...[target.environment, ...all.map(({ environment }) => environment)].map(
        (environment) => known.get(`environment.${String(environment)}`)?.type,
      ),
    ]),
    settles: names.includes(target.name) || names.every((name) => covers.has(name)),
  };
};
