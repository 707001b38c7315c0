import { failedGates, type GateFinding, type JudgedGate } from '../clearance/index.ts';
import { type Diagnostic, type Outcome, success } from '../diagnostics/index.ts';
import { readConfiguration, scopeOf } from './configuration.ts';
import { asOrdinary } from './emergency.ts';
import { judgeGates } from './judge-gates.ts';
import type { PlannedTarget } from './plan-desired.ts';
import { type PlanWish, planTarget } from './plan-target.ts';
import { type OperationContext, type Session, withSession } from './session.ts';
import { chooseTargets } from './targets.ts';
import { requireProviders } from './third-parties.ts';
import { resolveRef } from './untagged.ts';

export interface GatesRequest {
  /** Names of targets; all that are enabled where it is empty. */
  readonly targets: readonly string[];
  /** A branch, tag or commit, or `.` for the working tree, in the place of the version that each target would get. */
  readonly ref?: string | undefined;
  readonly lockTimeoutMs: number;
  /** Called as each gate ends. */
  readonly report: (target: string, judged: JudgedGate) => void;
}

/** How one gate ended, as `m3forge gates run --json` prints it. */
export interface GateView {
  readonly gate: string;
  readonly verdict: JudgedGate['result']['verdict'];
  readonly duration_ms: number;
  readonly evidence: JudgedGate['result']['evidence'];
  readonly findings: readonly GateFinding[];
  readonly output: string;
}

/** What the gates of one target say of the version that it would get. */
export interface TargetGates {
  readonly target: string;
  readonly environment: string;
  /** Null where there is nothing to bring, so that nothing was judged. */
  readonly version: string | null;
  readonly commit: string | null;
  /** Whether a release would pass. */
  readonly passed: boolean;
  readonly gates: readonly GateView[];
  readonly notes: readonly string[];
}

export interface GatesReport {
  readonly targets: readonly TargetGates[];
  readonly problems: readonly Diagnostic[];
}

const viewOf = ({ result, findings, output }: JudgedGate): GateView => ({
  gate: result.gate,
  verdict: result.verdict,
  duration_ms: result.durationMs,
  evidence: result.evidence,
  findings,
  output,
});

/** Judges a planned section by its gates, as if it were an ordinary release. */
export const judgeSection = async (
  session: Session,
  planned: PlannedTarget,
  report: GatesRequest['report'],
): Promise<{ readonly view: TargetGates; readonly problems: readonly Diagnostic[] }> => {
  const section = asOrdinary(planned.section);
  const judged = await judgeGates(session, { ...planned, section }, (one) => {
    report(section.target, one);
    return Promise.resolve();
  });
  const results = judged.map(({ result }) => result);
  // Without a version nothing was asked of it. What they found stands beside it: nobody need be told how to see it.
  const problems = section.to === null ? [] : failedGates(section, results).map(({ hint: _, ...problem }) => problem);
  return {
    problems,
    view: {
      target: section.target,
      environment: section.environment,
      version: section.to?.version ?? null,
      commit: section.to?.commit ?? null,
      passed: problems.length === 0,
      gates: judged.map(viewOf),
      notes: section.notes,
    },
  };
};

/** `m3forge gates run`: judges by the gates of each target what it would get, and releases nothing. */
export const runGates = (context: OperationContext, request: GatesRequest): Promise<Outcome<GatesReport>> =>
  withSession(
    context,
    { command: 'm3forge gates run', permit: 'propose', lockTimeoutMs: request.lockTimeoutMs },
    async (session) => {
      const targets = chooseTargets(session.config, request.targets);
      await requireProviders(session.config, targets);
      const untagged = request.ref === undefined ? undefined : await resolveRef(session, request.ref, false);
      const wish: PlanWish = { version: undefined, allowDeletes: false, ...(untagged && { untagged }) };
      const configuration = await readConfiguration(session, scopeOf(targets, request.targets));
      const views: TargetGates[] = [];
      const problems: Diagnostic[] = [];
      for (const target of targets) {
        const outcome = await planTarget(session, target, wish, configuration);
        if (!outcome.ok) {
          problems.push(...outcome.diagnostics);
          continue;
        }
        const judged = await judgeSection(session, outcome.value, request.report);
        views.push(judged.view);
        problems.push(...judged.problems);
      }
      const warnings = await session.sourceWarnings();
      return success({ targets: views, problems }, warnings);
    },
  );
