import type { Action, ConfigurationChange, PlanDocument, PlanSection } from '../../plan/index.ts';
import { artifactKinds } from '../../values/index.ts';
import type { Style } from './style.ts';

export const symbols = { create: '+', update: '~', delete: '-', 'no-op': ' ' } as const;
export type ShownAction = keyof typeof symbols;

/** What is done to an artifact or to a part of the configuration. */
interface Acted {
  readonly actions: readonly Action[];
}

export const actionOf = (change: Acted): ShownAction => change.actions[0] ?? 'no-op';

export const symbolOf = (action: ShownAction, style: Style): string => {
  const paint = { create: style.green, update: style.yellow, delete: style.red, 'no-op': style.dim }[action];
  return paint(symbols[action]);
};

export interface Counts {
  readonly create: number;
  readonly update: number;
  readonly delete: number;
}

export const countChanges = (changes: readonly Acted[]): Counts => {
  const count = (action: ShownAction): number => changes.filter((change) => actionOf(change) === action).length;
  return { create: count('create'), update: count('update'), delete: count('delete') };
};

/** `5 to add, 1 to change, 1 to destroy` */
export const totals = (counts: Counts): string =>
  `${counts.create} to add, ${counts.update} to change, ${counts.delete} to destroy`;

/** Everything of the configuration that a plan would record. */
export const configurationOf = ({
  sections,
  configuration,
}: Pick<PlanDocument, 'sections' | 'configuration'>): readonly ConfigurationChange[] => [
  ...sections.flatMap((section) => section.configuration_changes),
  ...(configuration?.changes ?? []),
];

/** `1 created, 0 updated, 2 deleted` */
export const countedChanges = (changes: readonly Acted[]): string => {
  const counts = countChanges(changes);
  return `${counts.create} created, ${counts.update} updated, ${counts.delete} deleted`;
};

const summaryLine = (name: string, changes: readonly Acted[]): readonly string[] =>
  changes.length === 0 ? [] : [`  ${name.padEnd(13)}  ${countedChanges(changes)}`];

/** The total of artifacts and configuration. */
export const allCounts = (document: Pick<PlanDocument, 'sections' | 'configuration'>): Counts =>
  countChanges([...document.sections.flatMap(({ changes }) => changes), ...configurationOf(document)]);

/** The summary: the total, then a line for each kind that changes. */
export const summaryLines = (document: Pick<PlanDocument, 'sections' | 'configuration'>): readonly string[] => {
  const changes = document.sections.flatMap((section) => section.changes);
  const kinds = artifactKinds.flatMap((kind) =>
    summaryLine(
      `${kind}s`,
      changes.filter((change) => change.kind === kind),
    ),
  );
  return [
    `Plan: ${totals(allCounts(document))}.`,
    ...kinds,
    ...summaryLine('configuration', configurationOf(document)),
  ];
};

/** What a section with nothing to do says. */
export const nothingToDo = ({ target, to, from, drift }: PlanSection): string => {
  // The note that follows says why.
  if (from.version === null) return `Nothing is planned for ${target}.`;
  if (to && drift.length === 0) return `No changes. ${target} runs ${from.version}, as configured.`;
  return `No changes. ${target} keeps ${from.version}.`;
};
