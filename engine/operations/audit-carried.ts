import { success } from '../diagnostics/index.ts';
import type { StateHandle } from '../state/index.ts';
import { compareBytes } from '../values/index.ts';
import type { ReportedCarried, ReportedChange } from './audit-changes.ts';
import { createLineage } from './lineage.ts';
import { asOutcome, type Session } from './session.ts';

/**
 * Adds to each release of a change log what was merged and came with it, as far as it can be known: where the repository
 * cannot be read, that is said by null, and the rest of the report stands.
 */
export const withCarried = async (
  session: Session,
  handle: StateHandle,
  changes: readonly ReportedChange[],
): Promise<readonly ReportedChange[]> => {
  // Read as of the moment of the report; the embedded database has no second connection for it.
  const lineage = createLineage({ ...session, state: { ...handle, lineage: session.state.lineage } });
  const completed: ReportedChange[] = [];
  for (const change of changes) {
    const { kind, to_version: version, from_version: fromVersion } = change;
    if (kind !== 'release' || version === null) {
      completed.push(change);
      continue;
    }
    const asked = await asOutcome(async () => success(await lineage.ofRelease({ version, fromVersion })));
    const found = asked.ok ? asked.value.carries : undefined;
    const carries: ReportedCarried | null = found
      ? {
          pull_requests: [...new Set(found.changes.flatMap(({ pull_request: number }) => number ?? []))].sort(
            (left, right) => left - right,
          ),
          change_sets: [...new Set(found.changes.flatMap(({ change_set: set }) => set?.name ?? []))].sort(compareBytes),
          commits: found.changes.length + found.left_out,
          complete: found.complete && found.left_out === 0,
        }
      : null;
    completed.push({ ...change, carries });
  }
  return completed;
};
