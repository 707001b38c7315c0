import type { AppliedSection } from '../../operations/index.ts';
import { columns } from './columns.ts';
import { inline } from './escape.ts';
import { countChanges } from './plan-counts.ts';
import type { Style } from './style.ts';
import { shortId } from './words.ts';

const verbs = { release: 'Applied', rollback: 'Rolled back', restore: 'Restored' } as const;

const sentence = ({ section, active }: AppliedSection): string => {
  const counts = countChanges(section.changes);
  const changed = `${counts.create} created, ${counts.update} updated, ${counts.delete} deleted`;
  return `${verbs[section.kind]}. ${inline(section.target)} runs ${inline(active ?? 'nothing')}: ${changed}.`;
};

/** How an apply, a rollback or a restore ended: one sentence where it was one section that succeeded, else a table. */
export const applyResult = (sections: readonly AppliedSection[], style: Style): string => {
  const done = sections.filter(({ outcome }) => outcome !== 'unchanged');
  const [only] = done;
  if (only && done.length === 1 && only.outcome === 'succeeded') return style.green(sentence(only));
  const rows = sections.map(({ section, outcome, active, releaseId }) => [
    section.target,
    outcome,
    active,
    releaseId && shortId(releaseId),
  ]);
  return columns(['target', 'outcome', 'runs', 'release'], rows, style.bold);
};
