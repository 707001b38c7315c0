import { type Outcome, success } from '../diagnostics/index.ts';
import { type Drift, planSection, refresh } from '../plan/index.ts';
import { type OperationContext, withSession } from './session.ts';
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

/** `m3forge drift`: compares each place with what was recorded; it only looks, and asks nothing of Git. */
export const drift = (context: OperationContext, request: StatusRequest): Promise<Outcome<readonly DriftReport[]>> =>
  withSession(
    context,
    { command: 'm3forge drift', permit: 'view', lockTimeoutMs: request.lockTimeoutMs },
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
        reports.push({ target: target.name, place: address, version: section.from.version, drift: section.drift });
      }
      return success(reports, await unfinishedWarnings(session, targets));
    },
  );
