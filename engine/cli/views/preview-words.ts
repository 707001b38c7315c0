import type { PreviewDocument, WorkflowUses } from '../../preview/index.ts';
import { addressOf } from '../../values/index.ts';
import { moment } from './words.ts';

/** Something that a workflow uses. */
export interface Used {
  readonly name: string;
  /** The same merge brings or changes it. */
  readonly isChanged: boolean;
}

/** What a workflow uses, kind by kind, in the order in which people are told; kinds of which it uses nothing are left out. */
export const usedKinds = (uses: WorkflowUses | null): readonly (readonly [kind: string, used: readonly Used[]])[] => {
  if (!uses) return [];
  const changed = new Set(uses.changed);
  const of = (kind: 'agent' | 'processor', names: readonly string[]): readonly Used[] =>
    names.map((name) => ({ name, isChanged: changed.has(addressOf(kind, name)) }));
  const kinds = [
    ['agents', of('agent', uses.agents)],
    ['processors', of('processor', uses.processors)],
    ['executors', uses.executors.map((name) => ({ name, isChanged: false }))],
  ] as const;
  return kinds.filter(([, used]) => used.length > 0);
};

/** How many changed keys of the configuration a document counts and does not list. */
export const notListed = ({
  configuration,
  configuration_counts: { rules, others },
}: Pick<PreviewDocument, 'configuration' | 'configuration_counts'>): PreviewDocument['configuration_counts'] => {
  const listed = configuration.filter(({ guards }) => guards).length;
  return { rules: rules - listed, others: others - (configuration.length - listed) };
};

/** What the targets of a preview were compared with; to be made harmless where it is shown. */
export const againstWhat = ({ against, status_at }: Pick<PreviewDocument, 'against' | 'status_at'>): string => {
  switch (against) {
    case 'base':
      return 'base, targets not read';
    case 'state':
      return 'what the targets are recorded to run';
    case 'status':
      return `the status of ${status_at === null ? 'a time that is not known' : moment(status_at)}`;
  }
};
