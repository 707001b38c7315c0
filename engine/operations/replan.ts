import { failure, type Outcome, success } from '../diagnostics/index.ts';
import type { ConfigurationSection, PlanSection, Scope } from '../plan/index.ts';
import { type ReleaseRecord, readScope, readSection } from '../state/index.ts';
import { planRestore } from './backup.ts';
import { type PresentConfiguration, prepareConfiguration } from './configuration.ts';
import { sharedName } from './configuration-approval.ts';
import type { PlannedTarget } from './plan-desired.ts';
import { prepareSaved, requireUnmoved } from './prepare-saved.ts';
import { planRollback } from './rollback.ts';
import { asOutcome, type Session } from './session.ts';
import { requireTarget } from './targets.ts';

/** What a release that waits comes to now, which is what it came to when it was asked for. */
export type Replanned =
  | { readonly kind: 'target'; readonly planned: PlannedTarget }
  | ({ readonly kind: 'shared'; readonly scope: Scope } & PresentConfiguration);

const scopeOfRelease = async ({ state }: Session, { id }: ReleaseRecord): Promise<Scope> => {
  const { targets, all } = await readScope(state, id);
  return { targets: new Set(targets), all };
};

const replanShared = async (session: Session, release: ReleaseRecord): Promise<Outcome<Replanned>> => {
  const section = (await readSection(session.state, release.id)) as unknown as ConfigurationSection;
  const scope = await scopeOfRelease(session, release);
  const present = await prepareConfiguration(session, section, scope);
  if (!present.ok) return present;
  if (!present.value) throw new Error(`release ${release.id} is about no configuration`);
  return success({ kind: 'shared', ...present.value, scope });
};

const planAgain = async (
  session: Session,
  release: ReleaseRecord,
  section: PlanSection,
): Promise<Outcome<PlannedTarget>> => {
  const target = requireTarget(session.config, section.target);
  if (section.kind === 'release') return prepareSaved(session, section, await scopeOfRelease(session, release));
  const planned =
    section.kind === 'rollback'
      ? await planRollback(session, target, { target: target.name, to: section.to?.version })
      : await planRestore(session, target, section.backup ?? '');
  return requireUnmoved(section, planned);
};

/** Plans a release that waits anew, and fails with `plan-stale` where anything that it rests on has moved. */
export const replan = (session: Session, release: ReleaseRecord): Promise<Outcome<Replanned>> =>
  asOutcome(async () => {
    if (release.target === sharedName) return replanShared(session, release);
    const section = (await readSection(session.state, release.id)) as unknown as PlanSection;
    const planned = await planAgain(session, release, section);
    return planned.ok
      ? success({ kind: 'target', planned: planned.value }, planned.diagnostics)
      : failure(planned.diagnostics);
  });
