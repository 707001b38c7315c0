import { failure, type Outcome, problem, success } from '../diagnostics/index.ts';
import { type AuditEntry, type AuditFilter, auditBatches, readAtOneMoment } from '../state/index.ts';
import { type Judgement, judgeTrail } from './audit-judge.ts';
import { type KeptAt, openKeeper, readKeepers } from './audit-keepers.ts';
import { type OperationContext, withSession } from './session.ts';

interface Waiting {
  readonly lockTimeoutMs: number;
}

/** Which entries are wanted; times are moments in UTC, as the trail writes them. */
export type AuditRequest = AuditFilter & Waiting;

/** Told some thousands of entries at a time; false where nobody wants more. The next are read when it has returned. */
type AuditReceiver = (entries: readonly AuditEntry[]) => Promise<boolean>;

/**
 * `m3forge audit list` and `audit export`: entries of the trail as it was at one moment, oldest first, handed over as they
 * are read, so that memory does not grow with the trail. Returns how many there were.
 */
export const listAudit = (
  context: OperationContext,
  request: AuditRequest,
  receive: AuditReceiver,
): Promise<Outcome<number>> =>
  withSession(context, { command: 'm3forge audit list', permit: 'view', ...request }, ({ state }) =>
    readAtOneMoment(state, async (handle) => {
      let count = 0;
      for await (const entries of auditBatches(handle, request)) {
        count += entries.length;
        if (!(await receive(entries))) break;
      }
      return success(count);
    }),
  );

/** What is wrong with a trail that is not what was written. */
export const brokenTrail = ({ fault, entries }: Extract<Judgement, { readonly whole: false }>) =>
  problem('audit-broken', {
    detail: `Entry ${fault.n} is the first that does not belong there: ${fault.why}. ${entries === 0 ? 'None before it can be relied on.' : `The ${entries} before it follow from one another.`}`,
    hint: 'The trail was changed by other means than m3forge. Find out who can write to the schema of the state, and compare with an export made before.',
  });

/** A trail that is what was written. */
export interface VerifiedTrail {
  readonly entries: number;
  /** The hash of the last entry; zeros where there is none. */
  readonly hash: string;
  /** So many checkpoints that were written outside hold. */
  readonly checkpoints: number;
}

/** `m3forge audit verify`: follows the chain from its first entry to its last, and holds it against checkpoints. */
export const verifyAudit = (
  context: OperationContext,
  request: Waiting & { readonly kept: readonly KeptAt[] },
): Promise<Outcome<VerifiedTrail>> =>
  withSession(context, { command: 'm3forge audit verify', permit: 'view', ...request }, async (session) => {
    const { state } = session;
    const checkpoints = await readKeepers(session, request.kept);
    if (!checkpoints.ok) return checkpoints;
    const judgement = await readAtOneMoment(state, (handle) => judgeTrail(handle, checkpoints.value));
    if (!judgement.whole) return failure([brokenTrail(judgement)]);
    const { head } = judgement;
    return success({ entries: head.n, hash: head.hash, checkpoints: checkpoints.value.length });
  });

/** The end of the trail in a file outside, or under a ref of the repository; `written` is false where that said so already. */
export interface Anchored {
  readonly file: string;
  readonly entries: number;
  readonly hash: string;
  readonly written: boolean;
  /** So many checkpoints of that file the trail agreed with before. */
  readonly compared: number;
  /** The remote that has it now; null where it was handed over to none. */
  readonly pushed_to: string | null;
}

/** Whoever changed the trail may have taken the file away as well, so it is not begun anew unasked. */
const howToBegin =
  'Where there were none before, add --create. Where there were, get the file back from where it is kept: nothing else shows an end that was cut off.';

/** `m3forge audit anchor`: verifies the trail against a file or ref, and adds its end to it. */
export const anchorAudit = (
  context: OperationContext,
  request: Waiting & {
    readonly at: KeptAt;
    /** The file may have no checkpoints yet. */
    readonly create: boolean;
    /** The remote that a ref is handed over to. */
    readonly push?: string | undefined;
  },
): Promise<Outcome<Anchored>> =>
  withSession(context, { command: 'm3forge audit anchor', permit: 'operate', ...request }, async (session) => {
    const { state } = session;
    const { create, push } = request;
    const keeper = await openKeeper(session, request.at);
    const known = await keeper.read(state.lineage, { isAllowed: create, hint: howToBegin });
    if (!known.ok) return known;
    const judgement = await readAtOneMoment(state, (handle) => judgeTrail(handle, known.value));
    if (!judgement.whole) return failure([brokenTrail(judgement)]);
    const { n, hash } = judgement.head;
    const written = !known.value.some((checkpoint) => checkpoint.n === n);
    if (written) {
      const at = context.system.clock.now().toISOString();
      const ended = await keeper.append({ lineage: state.lineage, n, hash, at }, create);
      if (!ended.ok) return ended;
    }
    if (push !== undefined) await keeper.push?.(push);
    const pushed = { pushed_to: push ?? null };
    return success({ file: keeper.shown, entries: n, hash, written, compared: known.value.length, ...pushed });
  });
