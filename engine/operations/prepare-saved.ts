import type { TargetConfig } from '../config/index.ts';
import { type Diagnostic, failure, type Outcome, problem, success } from '../diagnostics/index.ts';
import { type PlanSection, type Scope, type To, whatMoved } from '../plan/index.ts';
import { isUncommitted, isUntagged } from '../versions/index.ts';
import { readConfiguration } from './configuration.ts';
import type { PlannedTarget } from './plan-desired.ts';
import { planTarget } from './plan-target.ts';
import { asOutcome, type Session } from './session.ts';
import { requireTarget } from './targets.ts';
import { developmentTargets, resolveRef, uncommitted } from './untagged.ts';

const stale = (section: PlanSection, moved: readonly string[]): Diagnostic =>
  problem('plan-stale', {
    detail: `The plan for "${section.target}" does not hold any more: ${moved.join('; ')}.`,
    address: section.target,
    hint: 'Nothing was changed. Plan again.',
  });

/** The present plan of a saved section, unless something that the saved one rests on has moved. */
export const requireUnmoved = (section: PlanSection, outcome: Outcome<PlannedTarget>): Outcome<PlannedTarget> => {
  if (!outcome.ok) return outcome;
  const moved = whatMoved(section, outcome.value.section);
  return moved.length === 0 ? outcome : failure([stale(section, moved)]);
};

/** A saved section of a commit that no tag names: the commit must still be there, and the target one for development. */
const prepareUntagged = (
  session: Session,
  target: TargetConfig,
  section: PlanSection,
  to: To,
  scope: Scope,
): Promise<Outcome<PlannedTarget>> =>
  asOutcome(async () => {
    developmentTargets(session.config, [target.name]);
    if (isUncommitted(to.version)) return failure([uncommitted(to.version)]);
    const found = await asOutcome(async () => success(await resolveRef(session, to.commit ?? '', true)));
    if (!found.ok && found.diagnostics.some(({ code }) => code === 'source-ref-unknown')) {
      return failure([stale(section, [`the commit ${to.commit ?? ''} is gone`])]);
    }
    if (!found.ok) return found;
    const wish = { version: undefined, allowDeletes: section.allow_deletes, untagged: found.value };
    return requireUnmoved(section, await planTarget(session, target, wish, await readConfiguration(session, scope)));
  });

/** Plans a saved section anew and requires that nothing it rests on has moved. */
export const prepareSaved = async (
  session: Session,
  section: PlanSection,
  scope: Scope,
): Promise<Outcome<PlannedTarget>> => {
  const target = requireTarget(session.config, section.target);
  const version = section.to?.version;
  if (section.to && isUntagged(section.to.version)) {
    return prepareUntagged(session, target, section, section.to, scope);
  }
  const tag = (await session.tags()).find((candidate) => candidate.version.name === version);
  if (section.to && tag?.commit !== section.to.commit) {
    const now = tag ? `leads to ${tag.commit} now` : 'is gone';
    return failure([
      stale(section, [`the tag ${section.to.version} led to ${section.to.commit ?? 'none'} and ${now}`]),
    ]);
  }
  const wish = {
    version,
    allowDeletes: section.allow_deletes,
    followed: section.blocks.some(({ code }) => code === 'follows-lower-version'),
    // What brought nothing when it was planned brings nothing now.
    ...(section.to === null && { withhold: 'Nothing was planned for it.' }),
  };
  return requireUnmoved(section, await planTarget(session, target, wish, await readConfiguration(session, scope)));
};
