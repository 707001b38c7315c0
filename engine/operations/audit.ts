import { failure, type Outcome, problem, refuse, success } from '../diagnostics/index.ts';
import { type AuditEntry, type AuditFilter, findAudit } from '../state/index.ts';
import { appendCheckpoint, type CheckpointFile, readCheckpoints } from './audit-checkpoints.ts';
import { type Judgement, judgeTrail } from './audit-judge.ts';
import { type OperationContext, withSession } from './session.ts';

interface Waiting {
  readonly lockTimeoutMs: number;
}

/** Which entries are wanted. Times are as people write them: a day, or a day and a time with its offset. */
export interface AuditRequest extends Waiting {
  readonly action?: string | undefined;
  readonly environment?: string | undefined;
  readonly actor?: string | undefined;
  readonly start?: string | undefined;
  readonly end?: string | undefined;
  /** At most so many, the newest. */
  readonly limit?: number | undefined;
}

const dayMs = 86_400_000;
const written = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/;

/** A moment in UTC as the trail writes it. A day alone is its first moment; as an end, it belongs to what is wanted. Pure. */
export const momentOf = (text: string, flag: '--start' | '--end'): string => {
  const time = written.test(text) ? Date.parse(text) : Number.NaN;
  const day = text.slice(0, 10);
  // 30 February is read as 2 March.
  const exists = new Date(`${day}T00:00:00Z`).toJSON()?.slice(0, 10) === day;
  if (Number.isNaN(time) || !exists) {
    throw refuse('usage-flag-value', {
      detail: `${flag} is "${text}", which is no time.`,
      hint: `Write a day, or a day and a time with its offset:\n\n    ${flag} 2026-03-01\n    ${flag} 2026-03-01T09:30:00+01:00`,
    });
  }
  return new Date(flag === '--end' && text.length === 10 ? time + dayMs : time).toISOString();
};

const filterOf = ({ action, environment, actor, start, end, limit }: AuditRequest): AuditFilter => {
  const filter = {
    ...{ action, environment, actor, limit },
    start: start === undefined ? undefined : momentOf(start, '--start'),
    end: end === undefined ? undefined : momentOf(end, '--end'),
  };
  if (filter.start !== undefined && filter.end !== undefined && filter.end <= filter.start) {
    throw refuse('usage-flag-value', { detail: `--end ${end} is not after --start ${start}: nothing lies between them.` });
  }
  return filter;
};

/** `m3forge audit list` and `audit export`: entries of the trail, oldest first. */
export const listAudit = (
  context: OperationContext,
  request: AuditRequest,
): Promise<Outcome<readonly AuditEntry[]>> =>
  withSession(context, { command: 'm3forge audit list', ...request }, async ({ state }) =>
    success(await findAudit(state, filterOf(request))),
  );

const broken = ({ fault, entries }: Extract<Judgement, { readonly whole: false }>) =>
  problem('audit-broken', {
    detail: `Entry ${fault.n} is the first that does not belong there: ${fault.why}. ${entries === 0 ? 'None is sound.' : `The ${entries} before it are sound.`}`,
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
  request: Waiting & { readonly files: readonly CheckpointFile[] },
): Promise<Outcome<VerifiedTrail>> =>
  withSession(context, { command: 'm3forge audit verify', ...request }, async ({ state }) => {
    const checkpoints = await readCheckpoints(request.files, state.lineage, { mayBeMissing: false });
    if (!checkpoints.ok) return checkpoints;
    const judgement = await judgeTrail(state, checkpoints.value);
    if (!judgement.whole) return failure([broken(judgement)]);
    const { head } = judgement;
    return success({ entries: head.n, hash: head.hash, checkpoints: checkpoints.value.length });
  });

/** The end of the trail in a file outside; `written` is false where that said so already. */
export interface Anchored {
  readonly file: string;
  readonly entries: number;
  readonly hash: string;
  readonly written: boolean;
}

/** `m3forge audit anchor FILE`: verifies the trail against that file, and adds its end to it. */
export const anchorAudit = (
  context: OperationContext,
  request: Waiting & { readonly file: CheckpointFile },
): Promise<Outcome<Anchored>> =>
  withSession(context, { command: 'm3forge audit anchor', ...request }, async ({ state }) => {
    const { file } = request;
    const known = await readCheckpoints([file], state.lineage, { mayBeMissing: true });
    if (!known.ok) return known;
    const judgement = await judgeTrail(state, known.value);
    if (!judgement.whole) return failure([broken(judgement)]);
    const { n, hash } = judgement.head;
    const written = !known.value.some((checkpoint) => checkpoint.n === n);
    if (written) {
      const at = context.system.clock.now().toISOString();
      const ended = await appendCheckpoint(file, { lineage: state.lineage, n, hash, at });
      if (!ended.ok) return ended;
    }
    return success({ file: file.shown, entries: n, hash, written });
  });
