import { configurationDetail } from '../apply/index.ts';
import { declarationsOf, type TargetConfig } from '../config/index.ts';
import { CommitUnknown, type Queryable } from '../database/index.ts';
import { type Diagnostic, failure, type Outcome, problem, refuse, success } from '../diagnostics/index.ts';
import {
  type ConfigurationPlan,
  type ConfigurationSection,
  configurationSection,
  isInert,
  type PlannedChange,
  planConfiguration,
  type Scope,
} from '../plan/index.ts';
import {
  appendAudit,
  changeRelease,
  claimRelease,
  configurationUses,
  type DeclaredChange,
  type DeclaredRecord,
  lockReleases,
  readDeclared,
  recordDeclared,
  useConfiguration,
} from '../state/index.ts';
import type { JsonObject, JsonValue } from '../values/index.ts';
import { type Cleared, clearConfiguration } from './configuration-approval.ts';
import { asOutcome, type Session } from './session.ts';

/** Nothing but what is recorded: for what goes back or brings a backup, and changes no configuration. */
export const noScope: Scope = { targets: new Set(), all: false };

/** What a plan covers: the targets that were named, or everything where none was. */
export const scopeOf = (targets: readonly TargetConfig[], named: readonly string[]): Scope => ({
  targets: new Set(targets.map(({ name }) => name)),
  all: named.length === 0,
});

/** Compares the configuration with what is recorded. One statement. */
export const readConfiguration = async (session: Session, scope: Scope): Promise<ConfigurationPlan> =>
  planConfiguration(await readDeclared(session.state), declarationsOf(session.config), scope);

/** What is to be recorded of planned changes. */
export const toRecord = (changes: readonly PlannedChange[], placeId: string | null): readonly DeclaredChange[] =>
  changes.map(({ change: { address, before_digest: before, after_digest: digest }, body }) => ({
    address,
    before,
    after: body && digest ? { body, digest, placeId: address.startsWith('target.') ? placeId : null } : null,
  }));

/** The records that a section's judgement rests on. */
const basisOf = (
  recorded: readonly DeclaredRecord[],
  target: TargetConfig,
  placeId: string | undefined,
  addresses: ReadonlySet<string>,
): ReadonlyMap<string, string> =>
  new Map(
    recorded
      .filter(
        (one) =>
          one.address === `target.${target.name}` ||
          one.address === `environment.${target.environment}` ||
          addresses.has(one.address) ||
          target.gateways.some(({ id }) => one.address === `gateway.${id}`) ||
          (one.placeId !== null && one.placeId === placeId),
      )
      .map(({ address, digest }) => [address, digest]),
  );

/** Requires that nothing a target was judged by was recorded otherwise since it was planned. */
export const requireSameRecords = async (
  session: Session,
  {
    target,
    configuration,
    placeId,
  }: {
    readonly target: TargetConfig;
    readonly configuration: ConfigurationPlan;
    readonly placeId: string | undefined;
  },
): Promise<void> => {
  const addresses = new Set((configuration.own.get(target.name) ?? []).map(({ change }) => change.address));
  const before = basisOf(configuration.recorded, target, placeId, addresses);
  const now = basisOf(await readDeclared(session.state), target, placeId, addresses);
  const moved = [...new Set([...before.keys(), ...now.keys()])].filter((one) => before.get(one) !== now.get(one));
  if (moved.length > 0) throw staleRecords(target.name, moved);
};

const staleRecords = (target: string, addresses: readonly string[]): Error =>
  refuse('plan-stale', {
    detail: `The plan for "${target}" does not hold any more: the configuration was recorded otherwise meanwhile: ${[...addresses].sort().join(', ')}.`,
    address: target,
    hint: 'Nothing was changed. Plan again.',
  });

/** What is recorded in one go: the part of a plan that holds configuration only. */
interface Recording {
  readonly planId: string;
  /** Null for what affects several. */
  readonly target: string | null;
  readonly isFirst: boolean;
  readonly changes: readonly PlannedChange[];
  readonly placeId: string | null;
  /** What was asked for and approved; null where nobody needed to agree. */
  readonly request: Cleared | null;
}

const sectionOf = ({ target }: Recording): string => target ?? '';

/** Whether a COMMIT without an answer was carried out: it uses the section up. Asked on a new connection. */
const wasRecorded = async ({ state }: Session, recording: Recording): Promise<boolean> => {
  await state.database.reconnect();
  return (await configurationUses(state, recording.planId)).has(sectionOf(recording));
};

/** Records configuration without a release: all of it, or nothing where somebody was faster. */
export const recordConfiguration = async (session: Session, recording: Recording): Promise<void> => {
  try {
    await recordOnce(session, recording);
  } catch (error) {
    if (!(error instanceof CommitUnknown)) throw error;
    const recorded = await wasRecorded(session, recording).catch(() => undefined);
    if (recorded === undefined) throw error;
    // It was not, so nothing stands in the way of doing it now.
    if (!recorded) await recordOnce(session, recording);
  }
};

const environmentsOf = (
  address: string,
  ...bodies: readonly (JsonObject | undefined)[]
): readonly (string | null)[] => {
  if (address.startsWith('environment.')) return [address.slice('environment.'.length)];
  // A target that goes has no body but the recorded one; one that moves is about both of its environments.
  const known = address.startsWith('target.') ? bodies.flatMap((body) => (body ? [body.environment] : [])) : [];
  return known.length === 0 ? [null] : known.map((name) => (typeof name === 'string' ? name : null));
};

/** The one environment that changes are about; null where they are about several, or about what no environment has. Pure. */
export const environmentOf = (
  changes: readonly PlannedChange[],
  recorded: readonly Pick<DeclaredRecord, 'address' | 'body'>[],
): string | null => {
  const before = new Map(recorded.map(({ address, body }) => [address, body]));
  const names = new Set(
    changes.flatMap(({ change: { address }, body }) => environmentsOf(address, before.get(address), body)),
  );
  const [only = null] = names;
  return names.size === 1 ? only : null;
};

/** Uses an approved request up, in the transaction that records what was approved: once, however many are at it. */
const useApproved = async (transaction: Queryable, id: string, name: string): Promise<void> => {
  await lockReleases(transaction, [id]);
  if (!(await claimRelease(transaction, id, { leaseId: null, fence: null }))) {
    throw refuse('release-over', {
      detail: `Release ${id} of the configuration of "${name}" was begun or ended by somebody else meanwhile.`,
      address: name,
    });
  }
  await changeRelease(transaction, id, { state: 'succeeded', ended: true });
};

const recordOnce = ({ state, context, config }: Session, recording: Recording): Promise<void> =>
  state.transaction(async (transaction) => {
    const { target, changes, planId, request } = recording;
    const name = target ?? 'configuration';
    if (request) await useApproved(transaction, request.id, name);
    const { query, execute } = transaction;
    const environment =
      config.targets.get(target ?? '')?.environment ??
      environmentOf(changes, await readDeclared({ ...state, query, execute }));
    // The audit trail lets one in at a time, so what follows is compared with what really is recorded.
    await appendAudit(transaction, context.system, {
      actor: context.actor,
      event: recording.isFirst ? 'configuration.bootstrap' : 'configuration.recorded',
      subject: request?.id ?? planId,
      environment,
      detail: {
        ...configurationDetail(
          target,
          changes.map(({ change }) => change),
          [],
        ),
        ...(request && { plan_id: planId, requested_by: request.requestedBy, approved_by: request.approvedBy }),
      },
    });
    if (!(await useConfiguration(transaction, { planId, section: sectionOf(recording), actor: context.actor }))) {
      throw refuse('plan-used', {
        detail: `The section for "${name}" of this plan was used already.`,
        address: name,
        hint: 'A plan is used once. Plan again.',
      });
    }
    const overtaken = await recordDeclared(transaction, toRecord(changes, recording.placeId), null);
    if (overtaken.length > 0) throw staleRecords(name, overtaken);
  });

/** Who is who is said by those who manage; everything else by whoever may release what it affects. */
export const authorizeRecording = async (
  { authorize }: Session,
  changes: readonly PlannedChange[],
  targets: readonly string[],
): Promise<void> => {
  if (changes.some(({ change }) => change.address.startsWith('team.'))) await authorize('manage', targets);
  await authorize('release', targets);
};

/** How the part of a plan that affects several targets ended. */
export interface AppliedConfiguration {
  readonly section: ConfigurationSection;
  readonly outcome: 'succeeded' | 'refused' | 'waiting' | 'not reached';
}

const blocked = ({ blocks }: ConfigurationSection): readonly Diagnostic[] =>
  blocks.map(({ reason, remedy }) =>
    problem('release-blocked', { detail: reason, address: 'configuration', hint: remedy }),
  );

/** What affects several targets as it is now: a file or a row that was saved says what is meant, and nothing about its rules. */
export interface PresentConfiguration {
  readonly section: ConfigurationSection;
  readonly changes: readonly PlannedChange[];
}

/**
 * What a saved configuration section comes to now, with the rules of now, or why it does not hold any more. Null for none. Asked before the sections
 * of targets are carried out, because what those record changes who is affected.
 */
export const prepareConfiguration = async (
  session: Session,
  saved: ConfigurationSection | null,
  scope: Scope,
): Promise<Outcome<PresentConfiguration | null>> =>
  asOutcome<PresentConfiguration | null>(async () => {
    if (saved === null) return success(null);
    const present = await readConfiguration(session, scope);
    const section = configurationSection(session.state.lineage, present, saved.allow_deletes);
    if (section?.digest === saved.digest) return success({ section, changes: present.shared });
    const addresses = [...saved.changes, ...(section?.changes ?? [])].map(({ address }) => address);
    throw staleRecords('configuration', [...new Set(addresses)]);
  });

/** The same for what affects several targets; what is only new takes nothing from anybody, and is recorded with any release. */
export const authorizeShared = async (session: Session, changes: readonly PlannedChange[]): Promise<void> => {
  const felt = changes.filter((change) => !isInert(change));
  if (felt.length === 0) return;
  await authorizeRecording(session, felt, [...new Set(felt.flatMap(({ change }) => change.affects))].sort());
};

/** Records what affects several targets, as it was planned: all of it, and only where nobody was faster. */
export const applyConfiguration = async (
  session: Session,
  { section, changes }: PresentConfiguration,
  scope: Scope,
  {
    planId,
    reason,
    resumes,
  }: { readonly planId: string; readonly reason: string | null; readonly resumes?: string | undefined },
): Promise<Outcome<undefined>> => {
  if (section.blocks.length > 0) return failure(blocked(section));
  await authorizeShared(session, changes);
  const isFirst = section.held_to.length === 0;
  const { digest, approvals, approval } = section;
  const cleared = await clearConfiguration(session, {
    ...{ target: null, environment: null, targets: section.held_to, digest, approvals, planId, reason },
    ...(approval && { approval }),
    section: section as unknown as JsonValue,
    scope: { targets: [...scope.targets].sort(), all: scope.all },
    resumes,
  });
  if (!cleared.ok) return cleared;
  const request = cleared.value;
  const used = { planId: request?.planId ?? planId, request };
  await recordConfiguration(session, { ...used, target: null, isFirst, changes, placeId: null });
  return success(undefined);
};
