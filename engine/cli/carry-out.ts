import { type Diagnostic, exitCodeOf, type Outcome } from '../diagnostics/index.ts';
import type { ApplyManner, ApplyReport } from '../operations/index.ts';
import type { PlanDocument } from '../plan/index.ts';
import { askForYes } from './confirm.ts';
import type { Invocation } from './invocation.ts';
import { type EventStream, openEventStream } from './progress/stream.ts';
import { withProgress } from './progress/with-progress.ts';
import { applyResult, hasEnded } from './views/apply-result.ts';
import { foldCauses } from './views/failures.ts';
import { filterPlan } from './views/plan-filter.ts';
import { planText } from './views/plan-text.ts';

/** How something is carried out, as far as the command line decides it. */
export interface CarryOut {
  readonly json: boolean;
  /** Answers the question before it is asked. */
  readonly yes: boolean;
  readonly question: string;
  /** What to do where nobody can be asked. */
  readonly instead: string;
  /** The plan that was read from a file, or why it could not be; nothing is asked about it. */
  readonly saved?: Outcome<PlanDocument> | undefined;
}

type Work = (hooks: Pick<ApplyManner, 'confirm' | 'report'>) => Promise<Outcome<ApplyReport>>;

const showPlan = ({ output }: Invocation, document: PlanDocument, stream: EventStream | undefined): void => {
  if (stream) stream.plan(document);
  else {
    const shown = filterPlan(document, { select: [], exclude: [] });
    output.diagnostics(document.diagnostics);
    output.result(planText(shown, { style: output.style, detail: false }));
  }
};

/** Warnings that came with the plan were shown with it. */
const notInPlan = (diagnostics: readonly Diagnostic[], { diagnostics: planned }: PlanDocument): readonly Diagnostic[] =>
  diagnostics.filter(({ code, detail }) => !planned.some((shown) => shown.code === code && shown.detail === detail));

const showEnd = (invocation: Invocation, outcome: Outcome<ApplyReport>, stream: EventStream | undefined): number => {
  const { output } = invocation;
  const problems = [...outcome.diagnostics, ...(outcome.ok ? outcome.value.problems : [])];
  const exitCode = exitCodeOf(problems);
  const ended = outcome.ok ? outcome.value : { sections: [], configuration: null };
  if (stream) {
    stream.diagnostics(problems);
    stream.complete(ended, exitCode);
    return exitCode;
  }
  if (hasEnded(ended)) output.result(`\n${applyResult(ended, output.style)}`);
  output.diagnostics(foldCauses(outcome.ok ? notInPlan(problems, outcome.value.document) : problems));
  return exitCode;
};

/** Shows the plan, asks, shows progress, and says how it ended: what apply, rollback and restore have in common. */
export const carryOut = async (invocation: Invocation, manner: CarryOut, work: Work): Promise<number> => {
  const { context, output } = invocation;
  const { clock } = context.system;
  const stream = manner.json ? openEventStream(output.jsonLine, clock, context.toolVersion) : undefined;
  let shown = manner.saved !== undefined;
  if (manner.saved && !manner.saved.ok) return showEnd(invocation, manner.saved, stream);
  if (manner.saved) showPlan(invocation, manner.saved.value, stream);
  const confirm = async (document: PlanDocument): Promise<boolean> => {
    shown = true;
    showPlan(invocation, document, stream);
    return manner.yes || askForYes(invocation, manner.question, manner.instead);
  };
  const outcome = await withProgress(invocation, (report) => work({ confirm, report }), stream);
  if (outcome.ok && !shown) showPlan(invocation, outcome.value.document, stream);
  return showEnd(invocation, outcome, stream);
};
