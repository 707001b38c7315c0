import type { Recovery } from '../apply/index.ts';
import { blockedBy } from '../clearance/index.ts';
import { type Diagnostic, failure, type Outcome, problem, refuse, success } from '../diagnostics/index.ts';
import { hasRelease, hasWork, type PlanDocument, type PlanSection, type Scope, scheduledBlock } from '../plan/index.ts';
import { configurationUses, releaseOfPlan } from '../state/index.ts';
import {
  type AppliedSection,
  type ApplyManner,
  type ApplyReport,
  applySection,
  outcomeOf,
  untouched,
} from './apply-planned.ts';
import { withGateways } from './bring-along.ts';
import {
  type AppliedConfiguration,
  applyConfiguration,
  authorizeShared,
  type PresentConfiguration,
  prepareConfiguration,
} from './configuration.ts';
import { requireJustification } from './emergency.ts';
import { planTargets } from './plan.ts';
import type { PlannedTarget } from './plan-desired.ts';
import { readPlanFile } from './plan-file.ts';
import { prepareSaved } from './prepare-saved.ts';
import { recoverPlaces } from './recover.ts';
import { refusableRelease } from './refused.ts';
import { alreadyUsed, requireChecks } from './release.ts';
import { asOutcome, type OperationContext, type Session, withSession } from './session.ts';
import { chooseTargets, requireTarget } from './targets.ts';

/** A saved plan is applied without asking. */
export interface ApplyRequest extends ApplyManner {
  readonly planFile?: string | undefined;
  readonly targets: readonly string[];
  readonly version?: string | undefined;
  /** Planned as if nothing were avoided; `confirm` sees to it that nothing is. */
  readonly liftsAvoids?: boolean;
}

/** Without a saved plan it must be plain what is meant: one enabled target, or targets that are named. */
const requirePlainTargets = (session: Session, request: ApplyRequest): void => {
  if (request.targets.length > 0) return;
  const enabled = chooseTargets(session.config, []);
  if (enabled.length === 1) return;
  throw refuse('target-needed', {
    detail: `${enabled.length} targets are enabled: ${enabled.map(({ name }) => name).join(', ') || 'none'}.`,
    hint: 'Name the one you mean, or save a plan and apply that:\n\n    m3forge apply --target <name>',
  });
};

const hasErrors = (problems: readonly Diagnostic[]): boolean => problems.some(({ severity }) => severity === 'error');

/** What affects several targets goes into effect when all of them have succeeded. */
const applyShared = async (
  session: Session,
  { configuration: planned, plan_id: planId }: PlanDocument,
  shared: Outcome<PresentConfiguration | null>,
  scope: Scope,
  { reason }: Pick<ApplyManner, 'reason'>,
  problems: Diagnostic[],
): Promise<AppliedConfiguration | null> => {
  if (planned === null) return null;
  const section = (shared.ok && shared.value?.section) || planned;
  if (hasErrors(problems)) return { section, outcome: 'not reached' };
  const present = shared.ok ? shared.value : null;
  const ended = present
    ? await asOutcome(() => applyConfiguration(session, present, scope, { planId, reason }))
    : failure(shared.diagnostics);
  problems.push(...ended.diagnostics);
  return { section, outcome: ended.ok ? 'succeeded' : outcomeOf(ended.diagnostics) };
};

/** Applies sections in order until one does not succeed; `prepare` gives each its present plan right before its turn. */
const applyInOrder = async (
  session: Session,
  document: PlanDocument,
  request: ApplyRequest,
  shared: Outcome<PresentConfiguration | null>,
  scope: Scope,
  prepare: (section: PlanSection) => Promise<Outcome<PlannedTarget>>,
): Promise<ApplyReport> => {
  const sections: AppliedSection[] = [];
  const problems: Diagnostic[] = [];
  for (const section of document.sections) {
    if (hasErrors(problems)) {
      sections.push(untouched(section, 'not reached'));
      continue;
    }
    if (!hasWork(section)) {
      sections.push(untouched(section, 'unchanged'));
      continue;
    }
    // A database that cannot be read ends this section, and hides nothing of those before it.
    const planned = await asOutcome(() => prepare(section));
    if (!planned.ok) {
      problems.push(...planned.diagnostics);
      sections.push(untouched(section, 'refused'));
      continue;
    }
    const { applied, problems: found } = await applySection(session, planned.value, document.plan_id, request);
    sections.push(applied);
    problems.push(...found);
  }
  const configuration = await applyShared(session, document, shared, scope, request, problems);
  return { document, sections, configuration, problems };
};

/** Nothing but its time is in its way, which it waits for. */
const isFree = ({ blocks }: PlanSection): boolean => blocks.every(({ code }) => code === scheduledBlock);

const willRelease = (section: PlanSection): boolean => hasRelease(section) && section.blocks.length === 0;

/** Plans, asks and carries out. */
export const applyFresh = async (session: Session, request: ApplyRequest): Promise<Outcome<ApplyReport>> => {
  requirePlainTargets(session, request);
  await recoverPlaces(session, chooseTargets(session.config, request.targets), request.lockTimeoutMs, request.report);
  const outcome = await planTargets(session, request);
  if (!outcome.ok) return outcome;
  const { document, planned, configuration } = outcome.value;
  const justified = await requireJustification(session, document.sections, request.justification);
  if (!justified.ok) return justified;
  // Sections in front of a blocked one are carried out, so they are asked for too.
  const free =
    planned.some(({ section }) => hasWork(section) && isFree(section)) || document.configuration?.blocks.length === 0;
  await authorizeShared(session, configuration.shared);
  if (free && !(await request.confirm(document))) {
    return failure([problem('apply-declined', { detail: 'Nothing was applied.' })]);
  }
  await requireChecks(
    session,
    planned.filter(({ section }) => willRelease(section)).map(({ target }) => target),
  );
  const byTarget = new Map(planned.map((one) => [one.section.target, one]));
  const scope: Scope = { targets: configuration.covers, all: document.scope === 'all' };
  const report = await applyInOrder(
    session,
    document,
    request,
    success(document.configuration && { section: document.configuration, changes: configuration.shared }),
    scope,
    async ({ target }) => {
      const one = byTarget.get(target);
      if (!one) throw new Error(`no plan for ${target}`);
      // It was agreed to as something that is blocked; what opens meanwhile is planned and asked for anew.
      return isFree(one.section) ? success(one) : failure(blockedBy(one.section));
    },
  );
  return success(await withGateways(session, report, planned, request), outcome.diagnostics);
};

const configurationUsed = (name: string): Diagnostic =>
  problem('plan-used', {
    detail: `The section for "${name}" of this plan was used already; it was recorded.`,
    address: name,
    hint: 'A plan is used once. Plan again.',
  });

/** What is still to be done; a plan of which nothing is left, or whose last use failed, is used up. */
const remaining = async (session: Session, document: PlanDocument): Promise<Outcome<PlanDocument>> => {
  const recorded = await configurationUses(session.state, document.plan_id);
  const left: PlanSection[] = [];
  let last = recorded.has('') ? configurationUsed('configuration') : undefined;
  for (const section of document.sections.filter(hasWork)) {
    if (recorded.has(section.target)) {
      last = configurationUsed(section.target);
      continue;
    }
    const used = await releaseOfPlan(session.state, document.plan_id, section.target);
    if (!used) left.push(section);
    else last = alreadyUsed(section, used.state.replace('_', ' '));
    if (used && used.state !== 'succeeded') return failure([alreadyUsed(section, used.state.replace('_', ' '))]);
  }
  const configuration = recorded.has('') ? null : document.configuration;
  if (left.length === 0 && configuration === null && last) return failure([last]);
  return success({ ...document, configuration, sections: left.length > 0 || last ? left : document.sections });
};

/** What the plan saw was not to stay: a crash had left it, and it was ended first. */
const staleByRecovery = ({ release, state }: Recovery): Diagnostic =>
  problem('plan-stale', {
    detail: `Release ${release.id} of ${release.version} to "${release.target}" had been left unfinished when this was planned; it ended ${state.replace('_', ' ')} now.`,
    address: release.target,
    hint: 'Nothing of the plan was carried out. Plan again.',
  });

/** The targets that this plan brings nothing, and that have gateways. Where one moved meanwhile, whoever moved it saw to them. */
const readResting = async (
  session: Session,
  sections: readonly PlanSection[],
  prepared: ReadonlyMap<string, PlannedTarget>,
  prepare: (section: PlanSection) => Promise<Outcome<PlannedTarget>>,
): Promise<readonly PlannedTarget[]> => {
  const resting: PlannedTarget[] = [];
  for (const section of sections.filter((one) => !hasRelease(one))) {
    if (requireTarget(session.config, section.target).gateways.length === 0) continue;
    const known = prepared.get(section.target);
    const outcome = known ? success(known) : await asOutcome(() => prepare(section));
    if (outcome.ok) resting.push(outcome.value);
  }
  return resting;
};

const applySaved = async (session: Session, file: string, request: ApplyRequest): Promise<Outcome<ApplyReport>> => {
  const read = await readPlanFile(file);
  if (!read.ok) return read;
  if (read.value.lineage !== session.state.lineage) {
    return failure([
      problem('plan-foreign', {
        detail: `${file} was made with the state ${read.value.lineage}; this one is ${session.state.lineage}.`,
        hint: 'Apply it where it was planned, or plan again here.',
      }),
    ]);
  }
  const targets = read.value.sections.map(({ target }) => requireTarget(session.config, target));
  const [recovered] = await recoverPlaces(session, targets, request.lockTimeoutMs, request.report);
  if (recovered) return failure([staleByRecovery(recovered)]);
  const document = await remaining(session, read.value);
  if (!document.ok) return document;
  const justified = await requireJustification(session, document.value.sections, request.justification);
  if (!justified.ok) return justified;
  const scope: Scope = { targets: new Set(targets.map(({ name }) => name)), all: read.value.scope === 'all' };
  const prepared = new Map<string, PlannedTarget>();
  const prepare = async (section: PlanSection): Promise<Outcome<PlannedTarget>> => {
    const outcome = await prepareSaved(session, section, scope);
    if (outcome.ok) prepared.set(section.target, outcome.value);
    return outcome;
  };
  const shared = await prepareConfiguration(session, document.value.configuration, scope);
  if (shared.ok && shared.value) await authorizeShared(session, shared.value.changes);
  const releasing = document.value.sections.filter(willRelease).map(({ target }) => target);
  await requireChecks(
    session,
    targets.filter(({ name }) => releasing.includes(name)),
  );
  const report = await applyInOrder(session, document.value, request, shared, scope, prepare);
  const resting = await readResting(session, read.value.sections, prepared, prepare);
  return success(await withGateways(session, report, resting, request), await session.sourceWarnings());
};

/** What a refusal is about, where one target was named. */
const onlyOne = ([first, second]: readonly string[]): string | null => (second === undefined ? (first ?? null) : null);

/** `m3forge apply`: plans, asks and carries out; or carries out a saved plan without asking. */
export const apply = (context: OperationContext, request: ApplyRequest): Promise<Outcome<ApplyReport>> =>
  withSession(
    context,
    { command: 'm3forge apply', permit: 'release', lockTimeoutMs: request.lockTimeoutMs, applies: true, tells: true },
    refusableRelease({ target: onlyOne(request.targets), version: request.version }, (session) =>
      request.planFile === undefined ? applyFresh(session, request) : applySaved(session, request.planFile, request),
    ),
  );
