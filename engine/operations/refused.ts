import { type Diagnostic, exitCodeOf, failure, type Outcome, success } from '../diagnostics/index.ts';
import { appendAudit } from '../state/index.ts';
import type { ApplyReport } from './apply-planned.ts';
import { asOutcome, type Session } from './session.ts';

/** What somebody tried. */
interface Attempt {
  /** `release`, `version`: the entry is called `release.refused`. */
  readonly what: string;
  /** What it was about, as it was asked for; null where that is nothing of its own. */
  readonly target: string | null;
  readonly version?: string | null | undefined;
}

/** Held by another process, refused by a rule, waiting for a time. Missing approvals are no refusal: they are asked for. */
const refusingExits = [4, 6, 7];

const isRefusal = (diagnostic: Diagnostic): boolean =>
  diagnostic.severity === 'error' &&
  diagnostic.code !== 'approval-missing' &&
  // Whoever may not do it at all has left an entry already.
  diagnostic.code !== 'role-denied' &&
  refusingExits.includes(exitCodeOf([diagnostic]));

/** Records that a rule refused something: in a transaction of its own, because nothing else happens. */
const recordRefusal = async (
  { state, config, context, audited }: Session,
  { what, target: asked, version = null }: Attempt,
  refusals: readonly Diagnostic[],
): Promise<void> => {
  const { actor, system, redactor } = context;
  const said = refusals.find(({ address = '' }) => config.targets.has(address))?.address;
  const target = asked ?? said ?? null;
  const environment = target === null ? null : (config.targets.get(target)?.environment ?? null);
  const detail = {
    ...{ target, version },
    codes: [...new Set(refusals.map(({ code }) => code))],
    why: refusals.map((one) => redactor.redact(one.detail)),
  };
  const subject = target ?? version ?? what;
  await state.transaction((transaction) =>
    appendAudit(transaction, system, { actor, event: `${what}.refused`, subject, environment, detail }),
  );
  for (const one of refusals) audited.add(one);
};

/**
 * Does something that rules may refuse. What they refuse leaves one entry in the audit trail for each attempt, unless it has
 * one already: as the end of a release, or as an approval that did not count.
 */
export const refusable =
  <T>(
    attempt: Attempt,
    work: (session: Session) => Promise<Outcome<T>>,
    within: (value: T) => { readonly problems: readonly Diagnostic[]; readonly attempt: Attempt } | undefined = () =>
      undefined,
  ) =>
  async (session: Session): Promise<Outcome<T>> => {
    const outcome = await asOutcome(() => work(session));
    const inside = outcome.ok ? within(outcome.value) : { problems: outcome.diagnostics, attempt };
    const refusals = (inside?.problems ?? []).filter((one) => isRefusal(one) && !session.audited.has(one));
    if (!inside || refusals.length === 0) return outcome;
    const recorded = await asOutcome(async () => success(await recordRefusal(session, inside.attempt, refusals)));
    if (recorded.ok) return outcome;
    const diagnostics = [...outcome.diagnostics, ...recorded.diagnostics];
    return outcome.ok ? success(outcome.value, diagnostics) : failure(diagnostics);
  };

/** The same for what applies a plan: refused is the section that came to nothing. */
export const refusableRelease = (
  attempt: Omit<Attempt, 'what'> & { readonly what?: string },
  work: (session: Session) => Promise<Outcome<ApplyReport>>,
): ((session: Session) => Promise<Outcome<ApplyReport>>) =>
  refusable({ what: 'release', ...attempt }, work, ({ sections, problems }) => {
    const refused = sections.find(({ outcome }) => outcome === 'refused')?.section;
    const { what = 'release' } = attempt;
    if (!refused) return { problems, attempt: { ...attempt, what } };
    const { kind, target, to } = refused;
    return { problems, attempt: { what: kind, target, version: to?.version ?? null } };
  });
