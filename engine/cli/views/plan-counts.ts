import type { Change, PlanSection } from '../../plan/index.ts';
import { artifactKinds } from '../../values/index.ts';
import type { Style } from './style.ts';

export const symbols = { create: '+', update: '~', delete: '-', 'no-op': ' ' } as const;
export type ShownAction = keyof typeof symbols;

export const actionOf = (change: Change): ShownAction => change.actions[0] ?? 'no-op';

export const symbolOf = (action: ShownAction, style: Style): string => {
  const paint = { create: style.green, update: style.yellow, delete: style.red, 'no-op': style.dim }[action];
  return paint(symbols[action]);
};

export interface Counts {
  readonly create: number;
  readonly update: number;
  readonly delete: number;
}

export const countChanges = (changes: readonly Change[]): Counts => {
  const count = (action: ShownAction): number => changes.filter((change) => actionOf(change) === action).length;
  return { create: count('create'), update: count('update'), delete: count('delete') };
};

/** `5 to add, 1 to change, 1 to destroy` */
export const totals = (counts: Counts): string =>
  `${counts.create} to add, ${counts.update} to change, ${counts.delete} to destroy`;

/** The summary: the total, then a line for each kind that changes. */
export const summaryLines = (sections: readonly PlanSection[]): readonly string[] => {
  const changes = sections.flatMap((section) => section.changes);
  const kinds = artifactKinds.flatMap((kind) => {
    const counts = countChanges(changes.filter((change) => change.kind === kind));
    if (counts.create + counts.update + counts.delete === 0) return [];
    return [`  ${`${kind}s`.padEnd(13)}  ${counts.create} created, ${counts.update} updated, ${counts.delete} deleted`];
  });
  return [`Plan: ${totals(countChanges(changes))}.`, ...kinds];
};

/** What a section with nothing to do says. */
export const nothingToDo = ({ target, to, from, drift }: PlanSection): string => {
  // The note that follows says why.
  if (from.version === null) return `Nothing is planned for ${target}.`;
  if (to && drift.length === 0) return `No changes. ${target} runs ${from.version}, as configured.`;
  return `No changes. ${target} keeps ${from.version}.`;
};
