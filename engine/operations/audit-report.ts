import { type Outcome, success } from '../diagnostics/index.ts';
import {
  auditBatches,
  type Checkpoint,
  type ReportedRelease,
  readAtOneMoment,
  reportedReleases,
  type StateHandle,
} from '../state/index.ts';
import { brokenTrail } from './audit.ts';
import { withCarried } from './audit-carried.ts';
import { changesOf, deploymentsOf, type ReportedChange, type ReportedDeployment } from './audit-changes.ts';
import { exceptionsOf, type ReportedException } from './audit-exceptions.ts';
import { createHearing, type ReportedAccess } from './audit-heard.ts';
import { judgeTrail } from './audit-judge.ts';
import { type KeptAt, readKeepers, shownPlace } from './audit-keepers.ts';
import { type Control, type ReportSection, type StandardName, standards } from './audit-standards.ts';
import { type OperationContext, type Session, withSession } from './session.ts';

interface AuditReportRequest {
  readonly standard: StandardName;
  /** From this moment on, and before that one; undefined for all that there is. */
  readonly start: string | undefined;
  readonly end: string | undefined;
  readonly environment: string | undefined;
  /** Checkpoints that the trail must agree with. */
  readonly kept: readonly KeptAt[];
  readonly lockTimeoutMs: number;
}

/** What m3forge can tell an auditor of a time, as it was at one moment. */
export interface AuditReport {
  readonly format_version: '1.0';
  readonly standard: StandardName;
  readonly title: string;
  readonly controls: Readonly<Record<ReportSection, readonly Control[]>>;
  readonly project: string;
  readonly lineage: string;
  readonly tool_version: string;
  readonly created_at: string;
  readonly created_by: string;
  readonly start: string | null;
  readonly end: string | null;
  readonly environment: string | null;
  readonly integrity: {
    readonly whole: boolean;
    /** How many entries are sound, counted from the first of the trail, not of the period. */
    readonly entries: number;
    readonly last_hash: string | null;
    /** The first entry that does not belong there, and why. */
    readonly fault: { readonly n: number; readonly why: string } | null;
    readonly checkpoints: number;
    readonly files: readonly string[];
  };
  readonly changes: readonly ReportedChange[];
  readonly exceptions: readonly ReportedException[];
  readonly deployments: readonly ReportedDeployment[];
  readonly access: readonly ReportedAccess[];
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

interface Read extends Pick<AuditReport, 'changes' | 'exceptions' | 'deployments' | 'access'> {
  readonly judgement: Awaited<ReturnType<typeof judgeTrail>>;
}

const readAll = async (
  session: Session,
  state: StateHandle,
  { start, end, ...request }: AuditReportRequest,
  checkpoints: readonly Checkpoint[],
): Promise<Read> => {
  const environment = request.environment ?? null;
  const judgement = await judgeTrail(state, checkpoints);
  const hearing = createHearing(environment);
  for await (const entries of auditBatches(state, { start, end })) for (const entry of entries) hearing.hear(entry);
  const heard = hearing.heard();
  // One that began before the period and ended in it belongs to it too.
  const subjects = [...heard.releases.keys(), ...heard.configuration.map(({ subject }) => subject)];
  const ids = [...new Set(subjects)].filter((id) => uuid.test(id));
  const releases: ReportedRelease[] = [];
  const filter = { environment, start: start ?? null, end: end ?? null, ids };
  for await (const some of reportedReleases(state, filter)) releases.push(...some);
  const changes = await withCarried(session, state, changesOf(releases, heard, environment));
  const exceptions = exceptionsOf(heard.exceptions, releases);
  return { judgement, changes, exceptions, deployments: deploymentsOf(changes), access: heard.access };
};

const headOf = ({ context, config, state }: Session, request: AuditReportRequest) => ({
  format_version: '1.0' as const,
  standard: request.standard,
  title: standards[request.standard].title,
  controls: standards[request.standard].controls,
  project: config.project,
  lineage: state.lineage,
  tool_version: context.toolVersion,
  created_at: context.system.clock.now().toISOString(),
  created_by: context.actor,
  start: request.start ?? null,
  end: request.end ?? null,
  environment: request.environment ?? null,
});

/**
 * `m3forge audit report`: changes, deployments, who did what, and whether the trail is what was written. A trail that is
 * not gives its report all the same, with the error beside it: what an auditor needs then most is to see it.
 */
export const reportAudit = (context: OperationContext, request: AuditReportRequest): Promise<Outcome<AuditReport>> =>
  withSession(context, { command: 'm3forge audit report', permit: 'view', ...request }, async (session) => {
    const { state } = session;
    const checkpoints = await readKeepers(session, request.kept);
    if (!checkpoints.ok) return checkpoints;
    const read = await readAtOneMoment(state, (handle) => readAll(session, handle, request, checkpoints.value));
    const { judgement, ...sections } = read;
    const report: AuditReport = {
      ...headOf(session, request),
      integrity: {
        whole: judgement.whole,
        entries: judgement.whole ? judgement.head.n : judgement.entries,
        last_hash: judgement.whole ? judgement.head.hash : null,
        fault: judgement.whole ? null : { n: judgement.fault.n, why: judgement.fault.why },
        checkpoints: checkpoints.value.length,
        files: request.kept.map(shownPlace),
      },
      ...sections,
    };
    return success(report, judgement.whole ? [] : [brokenTrail(judgement)]);
  });
