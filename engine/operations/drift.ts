import { type Outcome, success } from '../diagnostics/index.ts';
import { type Drift, planSection, refresh } from '../plan/index.ts';
import { appendAudit, forgetDriftTold, tellDriftOnce } from '../state/index.ts';
import { digestOf } from '../values/index.ts';
import { type OperationContext, type Session, withSession } from './session.ts';
import type { StatusRequest } from './status.ts';
import { chooseTargets } from './targets.ts';
import { unfinishedWarnings } from './unfinished.ts';

/** What was changed by hand in the place of one target. */
export interface DriftReport {
  readonly target: string;
  readonly place: string;
  readonly version: string | null;
  readonly drift: readonly Drift[];
}

/** Tells what was found of one target, unless exactly that was told already. A release in between makes it another finding. */
const tellFound = (
  { state, context, tell }: Session,
  { target, environment, version, drift: found }: DriftReport & { readonly environment: string },
  sequence: number,
): Promise<void> =>
  state.transaction(async (transaction) => {
    if (found.length === 0) return forgetDriftTold(transaction, target);
    const digest = digestOf({ sequence, found: found.map((one) => ({ ...one })) });
    if (!(await tellDriftOnce(transaction, target, digest))) return;
    const addresses = [...new Set(found.map(({ address }) => address))];
    const { system, actor } = context;
    const detail = { target, version, addresses };
    await appendAudit(transaction, system, { actor, event: 'drift.found', subject: target, environment, detail });
    await tell(transaction, { event: 'drift', target, environment, version, addresses });
  });

interface DriftRequest extends StatusRequest {
  /** Tells those whom the configuration names of it, once for each finding. */
  readonly notify?: boolean;
}

/** `m3forge drift`: compares each place with what was recorded; it only looks, and asks nothing of Git. */
export const drift = (context: OperationContext, request: DriftRequest): Promise<Outcome<readonly DriftReport[]>> => {
  const { lockTimeoutMs, notify = false } = request;
  return withSession(
    context,
    { command: 'm3forge drift', permit: notify ? 'operate' : 'view', lockTimeoutMs, tells: notify },
    async (session) => {
      const reports: DriftReport[] = [];
      const targets = chooseTargets(session.config, request.targets);
      for (const target of targets) {
        const { store, address } = await session.place(target);
        const reading = await refresh(store, session.state);
        const section = await planSection({
          kind: 'release',
          target,
          state: session.state,
          store,
          reading,
          desired: undefined,
          allowDeletes: false,
          backup: null,
          notes: [],
          variables: {},
          configuration: [],
          held: [],
        });
        const report = { target: target.name, place: address, version: section.from.version, drift: section.drift };
        const { environment } = target;
        if (notify) await tellFound(session, { ...report, environment }, reading.status?.active ?? 0);
        reports.push(report);
      }
      return success(reports, await unfinishedWarnings(session, targets));
    },
  );
};
