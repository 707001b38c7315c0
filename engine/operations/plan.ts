import type { TargetConfig } from '../config/index.ts';
import { type Diagnostic, failure, type Outcome, Refusal, refuse, success } from '../diagnostics/index.ts';
import {
  type ConfigurationPlan,
  type ConfigurationSection,
  configurationSection,
  hasRelease,
  integrityOf,
  type PlanDiagnostic,
  type PlanDocument,
  type PlanSection,
  type WithheldChange,
} from '../plan/index.ts';
import type { Occurrence } from '../state/index.ts';
import { readConfiguration, scopeOf } from './configuration.ts';
import type { PlannedTarget } from './plan-desired.ts';
import { type PlanWish, planTarget } from './plan-target.ts';
import { type OperationContext, type Session, withSession } from './session.ts';
import { chooseTargets, followed } from './targets.ts';
import { requireProviders } from './third-parties.ts';
import { unfinishedWarnings } from './unfinished.ts';
import { developmentTargets, resolveRef } from './untagged.ts';

export interface PlanRequest {
  /** Names of targets; all that are enabled where it is empty. */
  readonly targets: readonly string[];
  /** An exact version or a range in the place of the configured one; needs one target. */
  readonly version?: string | undefined;
  /** A branch, a commit, or `.` for the working tree in the place of a version; for development targets. */
  readonly ref?: string | undefined;
  /** The plan is going to be saved, to be applied later. */
  readonly saves?: boolean;
  readonly allowDeletes?: boolean;
  /** Versions that are avoided are planned as if they were not. */
  readonly liftsAvoids?: boolean;
  /** Why the windows of the targets are passed over; planned as if they were open. */
  readonly overrideWindows?: string | undefined;
  /** Why what is named is an emergency. */
  readonly justification?: string | undefined;
  /** What a worker releases by itself. */
  readonly occurrence?: Occurrence | undefined;
  readonly lockTimeoutMs: number;
}

/** A plan with everything that applying it in this process needs. */
export interface PlannedDocument {
  readonly document: PlanDocument;
  readonly planned: readonly PlannedTarget[];
  readonly configuration: ConfigurationPlan;
}

/** What a document says of the configuration beside its sections. */
interface DocumentConfiguration {
  readonly scope: 'all' | 'named';
  readonly configuration: ConfigurationSection | null;
  readonly withheld: readonly WithheldChange[];
}

const noConfiguration: DocumentConfiguration = { scope: 'named', configuration: null, withheld: [] };

const toPlanDiagnostic = ({ severity, code, summary, detail, address }: Diagnostic): PlanDiagnostic => ({
  severity,
  code,
  summary,
  detail,
  address: address ?? null,
});

/** Seals sections into a document. */
export const composeDocument = (
  session: Session,
  sections: readonly PlanSection[],
  diagnostics: readonly Diagnostic[],
  { scope, configuration, withheld }: DocumentConfiguration = noConfiguration,
): PlanDocument => {
  const { context, config, state } = session;
  const document = {
    format_version: '1.0' as const,
    plan_id: context.system.ids.uuid(),
    created_at: context.system.clock.now().toISOString(),
    created_by: context.actor,
    tool_version: context.toolVersion,
    project: config.project,
    lineage: state.lineage,
    scope,
    sections,
    configuration,
    withheld,
    diagnostics: diagnostics.map(toPlanDiagnostic),
  };
  return { ...document, integrity: integrityOf(document) };
};

/** Notes for what this document cannot foresee, because an earlier section of it changes what this one rests on. */
const notesFor = (target: TargetConfig, earlier: readonly PlannedTarget[]): readonly string[] => {
  const source = earlier.find((planned) => planned.target.name === followed(target) && hasRelease(planned.section));
  return source
    ? [
        `"${source.target.name}" moves to ${source.section.to?.version ?? 'another version'} in this plan; this section plans what it runs now. Plan again after that.`,
      ]
    : [];
};

/** A section on a place that an earlier section of the same document moves has nothing firm to start from. */
const afterSharedPlace = (planned: PlannedTarget, earlier: readonly PlannedTarget[]): string | undefined => {
  const mover = earlier.find((other) => other.place.address === planned.place.address && hasRelease(other.section));
  return mover && hasRelease(planned.section)
    ? `Its place is shared with "${mover.target.name}", which this plan moves first. Plan "${planned.target.name}" again after that.`
    : undefined;
};

/** Nobody declares an emergency by applying whatever there is. */
const unnamed = (planned: PlannedTarget, { targets, justification }: PlanRequest): string | undefined =>
  planned.section.emergency && targets.length === 0 && justification === undefined
    ? `"${planned.target.name}" is for emergencies: it is released where it is named, with --justification.`
    : undefined;

const requireOneTarget = (targets: readonly TargetConfig[], version: string | undefined): void => {
  if (version === undefined || targets.length === 1) return;
  throw refuse('version-needs-target', {
    detail: `--version goes with exactly one target; ${targets.length} are chosen.`,
    hint: 'Name it with --target.',
  });
};

/** Plans the chosen targets in order. Reads only. */
export const planTargets = async (session: Session, request: PlanRequest): Promise<Outcome<PlannedDocument>> => {
  const untagged =
    request.ref === undefined ? undefined : await resolveRef(session, request.ref, request.saves ?? false);
  const targets = untagged
    ? developmentTargets(session.config, request.targets)
    : chooseTargets(session.config, request.targets);
  requireOneTarget(targets, request.version);
  await requireProviders(session.config, targets);
  const wish: PlanWish = {
    version: request.version,
    allowDeletes: request.allowDeletes ?? false,
    ...(request.liftsAvoids && { liftsAvoids: true }),
    ...(request.overrideWindows !== undefined && { overridesWindows: true }),
    ...(request.occurrence && { isDue: true }),
    ...(untagged && { untagged }),
  };
  // What is not tagged leaves targets out, so it never speaks for all of them.
  const scope = scopeOf(targets, untagged ? targets.map(({ name }) => name) : request.targets);
  const configuration = await readConfiguration(session, scope);
  const planned: PlannedTarget[] = [];
  const diagnostics: Diagnostic[] = [...(await unfinishedWarnings(session, targets))];
  const errors: Diagnostic[] = [];
  for (const target of targets) {
    const outcome = await planTarget(session, target, wish, configuration, notesFor(target, planned));
    if (!outcome.ok) {
      errors.push(...outcome.diagnostics);
      continue;
    }
    diagnostics.push(...outcome.diagnostics);
    const why = unnamed(outcome.value, request) ?? afterSharedPlace(outcome.value, planned);
    if (why === undefined) planned.push(outcome.value);
    else planned.push(await withheld(session, target, { ...wish, withhold: why }, configuration));
  }
  diagnostics.push(...(await session.sourceWarnings()));
  if (errors.length > 0) return failure([...errors, ...diagnostics]);
  const unique = [...new Map(diagnostics.map((diagnostic) => [JSON.stringify(diagnostic), diagnostic])).values()];
  const document = composeDocument(
    session,
    planned.map(({ section }) => section),
    unique,
    {
      scope: scope.all ? 'all' : 'named',
      configuration: configurationSection(session.state.lineage, configuration, wish.allowDeletes),
      withheld: configuration.withheld,
    },
  );
  return success({ document, planned, configuration }, unique);
};

const withheld = async (
  session: Session,
  target: TargetConfig,
  wish: PlanWish,
  configuration: ConfigurationPlan,
): Promise<PlannedTarget> => {
  const outcome = await planTarget(session, target, wish, configuration);
  if (!outcome.ok) throw new Refusal(outcome.diagnostics);
  return outcome.value;
};

/** `m3forge plan`: what applying would do, without doing or locking anything. */
export const plan = (context: OperationContext, request: PlanRequest): Promise<Outcome<PlanDocument>> =>
  withSession(
    context,
    { command: 'm3forge plan', permit: 'view', lockTimeoutMs: request.lockTimeoutMs },
    async (session) => {
      const outcome = await planTargets(session, request);
      return outcome.ok ? success(outcome.value.document, outcome.diagnostics) : outcome;
    },
  );
