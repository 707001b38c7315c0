import type { AppliedSection, ApplyReport } from '../../operations/index.ts';
import { hasRelease } from '../../plan/index.ts';
import { columns } from './columns.ts';
import { inline } from './escape.ts';
import { countedChanges } from './plan-counts.ts';
import type { Style } from './style.ts';
import { shortId } from './words.ts';

const verbs = { release: 'Applied', rollback: 'Rolled back', restore: 'Restored' } as const;

const recorded = (changes: Parameters<typeof countedChanges>[0]): string => `configuration ${countedChanges(changes)}`;

const sentence = ({ section, active }: AppliedSection): string => {
  const { target, changes, configuration_changes: declared } = section;
  if (!hasRelease(section)) return `Recorded. ${inline(target)}: ${recorded(declared)}.`;
  const more = declared.length === 0 ? '' : `; ${recorded(declared)}`;
  return `${verbs[section.kind]}. ${inline(target)} runs ${inline(active ?? 'nothing')}: ${countedChanges(changes)}${more}.`;
};

type Ended = Pick<ApplyReport, 'sections' | 'configuration'>;

/** Whether anything was tried. */
export const hasEnded = ({ sections, configuration }: Ended): boolean =>
  configuration !== null || sections.some(({ outcome }) => outcome !== 'unchanged');

/** How an apply, a rollback or a restore ended: one sentence where it was one section that succeeded, else a table. */
export const applyResult = ({ sections, configuration }: Ended, style: Style): string => {
  const done = sections.filter(({ outcome }) => outcome !== 'unchanged');
  const [only] = done;
  const shared = configuration?.outcome === 'succeeded' ? `Recorded: ${recorded(configuration.section.changes)}.` : '';
  const isPlain = done.every(({ outcome }) => outcome === 'succeeded') && (configuration === null || shared !== '');
  if (isPlain && done.length <= 1) {
    return style.green([...(only ? [sentence(only)] : []), ...(shared ? [shared] : [])].join('\n'));
  }
  const rows = sections.map(({ section, outcome, active, releaseId }) => [
    section.target,
    outcome,
    active,
    releaseId && shortId(releaseId),
  ]);
  const last = configuration ? [['configuration', configuration.outcome, null, null]] : [];
  return columns(['target', 'outcome', 'runs', 'release'], [...rows, ...last], style.bold);
};
