import type { ArtifactKind, JsonValue } from '../values/index.ts';
import type { ArtifactDifference, DifferenceCounts, NodeReference, ValueChange } from './difference-document.ts';
import { compareValues, type FoundChange } from './path-difference.ts';
import { showChange, type TextDifference } from './shown-value.ts';
import { loadTextDifference } from './text-difference.ts';
import { compareWorkflows, type FoundDifference } from './workflow-difference.ts';
import type { WorkflowNode } from './workflow-node.ts';

/** Entries that one artifact may have in a plan. */
const mostEntries = 100;

const compareByPath = (before: JsonValue, after: JsonValue): FoundDifference => {
  const fields: FoundChange[] = [];
  compareValues(before, after, [], (change) => fields.push(change));
  return { added: [], removed: [], changed: [], edgesAdded: [], edgesRemoved: [], fields, cosmetic: [] };
};

const countsOf = (found: FoundDifference): DifferenceCounts => ({
  nodes_added: found.added.length,
  nodes_removed: found.removed.length,
  nodes_changed: found.changed.length,
  edges_added: found.edgesAdded.length,
  edges_removed: found.edgesRemoved.length,
  fields_changed: found.fields.length,
  cosmetic: found.cosmetic.length,
});

const referenceTo = ({ id, label }: WorkflowNode): NodeReference => ({
  id: id ?? '',
  ...(label !== undefined && { label }),
});

/** Hands out entries until none are left, then counts what was asked for in vain. */
const createAllowance = (most: number) => {
  let left = most;
  let omitted = 0;
  return {
    take: <T>(list: readonly T[]): readonly T[] => {
      const taken = list.slice(0, left);
      left -= taken.length;
      omitted += list.length - taken.length;
      return taken;
    },
    omitted: () => omitted,
  };
};

/** Cuts what was found to a readable length; what matters most is served first. */
const present = (found: FoundDifference, differenceOfTexts: TextDifference): ArtifactDifference => {
  const allowance = createAllowance(mostEntries);
  const show = (changes: readonly FoundChange[]): readonly ValueChange[] =>
    allowance.take(changes).map((change) => showChange(change, differenceOfTexts));
  const removed = allowance.take(found.removed).map(referenceTo);
  const added = allowance.take(found.added).map(referenceTo);
  const changed = found.changed
    .map(({ node, changes }) => ({ ...referenceTo(node), changes: show(changes) }))
    .filter(({ changes }) => changes.length > 0);
  const fields = show(found.fields);
  const edges = { removed: allowance.take(found.edgesRemoved), added: allowance.take(found.edgesAdded) };
  const cosmetic = show(found.cosmetic);
  const counts = countsOf(found);
  return { counts, nodes: { added, removed, changed }, edges, fields, cosmetic, omitted: allowance.omitted() };
};

/**
 * What a reader wants to know of a change: nodes and edges of workflows by id, texts by line, the rest by path. Two
 * workflows without a common shape, agents and all else are compared by path alone. Plain JSON, at most 100 entries.
 */
export const differenceOf = async (
  kind: ArtifactKind,
  before: JsonValue,
  after: JsonValue,
): Promise<ArtifactDifference> => {
  const found = (kind === 'workflow' && compareWorkflows(before, after)) || compareByPath(before, after);
  return present(found, await loadTextDifference());
};

/** What differs between two values of whatever kind, by path. Plain JSON without secrets, at most 100 entries. */
export const valueDifferenceOf = async (before: JsonValue, after: JsonValue): Promise<readonly ValueChange[]> =>
  present(compareByPath(before, after), await loadTextDifference()).fields;

const phrases: readonly (readonly [keyof DifferenceCounts, string, string])[] = [
  ['nodes_added', 'node', 'added'],
  ['nodes_removed', 'node', 'removed'],
  ['nodes_changed', 'node', 'changed'],
  ['edges_added', 'edge', 'added'],
  ['edges_removed', 'edge', 'removed'],
  ['fields_changed', 'field', 'changed'],
];

/** The reason of an update in a few words: `2 nodes changed, 1 edge added`, or `cosmetic only`. */
export const reasonOf = ({ counts }: ArtifactDifference): string => {
  const parts = phrases
    .filter(([key]) => counts[key] > 0)
    .map(([key, noun, verb]) => `${counts[key]} ${noun}${counts[key] === 1 ? '' : 's'} ${verb}`);
  if (parts.length > 0) return parts.join(', ');
  return counts.cosmetic > 0 ? 'cosmetic only' : 'no difference';
};
