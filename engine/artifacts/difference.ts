import { type ArtifactKind, counted, type Digest, isJsonObject, type JsonValue } from '../values/index.ts';
import type { ArtifactDifference, DifferenceCounts, NodeReference, ValueChange } from './difference-document.ts';
import { compareValues, type FoundChange } from './path-difference.ts';
import { type FileAtWork, fileChangesOf, showFileChange } from './processor-difference.ts';
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

/** What is known of the bytes of a processor's files, on each side, and what was changed by hand to what. */
export interface SeenFiles {
  readonly before: ReadonlyMap<Digest, FileAtWork>;
  readonly after: ReadonlyMap<Digest, FileAtWork>;
  readonly drifted: ReadonlyMap<Digest, Digest>;
}

const noFiles: SeenFiles = { before: new Map(), after: new Map(), drifted: new Map() };

const manifestOf = (body: JsonValue): JsonValue => (isJsonObject(body) ? (body.manifest ?? null) : body);

/** The manifest by path, and the files one by one. */
const processorDifference = (
  before: JsonValue,
  after: JsonValue,
  seen: SeenFiles,
  differenceOfTexts: TextDifference,
): ArtifactDifference => {
  const manifest = present(compareByPath(manifestOf(before), manifestOf(after)), differenceOfTexts);
  const changes = fileChangesOf(before, after, seen.drifted);
  const shown = changes
    .slice(0, mostEntries)
    .map((change) => showFileChange(change, seen.drifted, seen, differenceOfTexts));
  const added = changes.filter((change) => !change.before).length;
  const removed = changes.filter((change) => !change.after).length;
  const files = { files_added: added, files_removed: removed, files_changed: changes.length - added - removed };
  return {
    ...manifest,
    counts: { ...manifest.counts, ...files },
    files: shown,
    omitted: manifest.omitted + changes.length - shown.length,
  };
};

/**
 * What a reader wants to know of a change: nodes and edges of workflows by id, texts by line, the rest by path. Two
 * workflows without a common shape, agents and all else are compared by path alone; a processor by its manifest and its files, of which `seen` holds what
 * is known. Plain JSON, at most 100 entries, and as many files.
 */
export const differenceOf = async (
  kind: ArtifactKind,
  before: JsonValue,
  after: JsonValue,
  seen: SeenFiles = noFiles,
): Promise<ArtifactDifference> => {
  const differenceOfTexts = await loadTextDifference();
  if (kind === 'processor') return processorDifference(before, after, seen, differenceOfTexts);
  const found = (kind === 'workflow' && compareWorkflows(before, after)) || compareByPath(before, after);
  return present(found, differenceOfTexts);
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
  ['files_added', 'file', 'added'],
  ['files_removed', 'file', 'removed'],
  ['files_changed', 'file', 'changed'],
];

/** The reason of an update in a few words: `2 nodes changed, 1 edge added`, or `cosmetic only`. */
export const reasonOf = ({ counts }: ArtifactDifference): string => {
  const parts = phrases.flatMap(([key, noun, verb]) => {
    const count = counts[key] ?? 0;
    return count > 0 ? [`${counted(count, noun)} ${verb}`] : [];
  });
  if (parts.length > 0) return parts.join(', ');
  return counts.cosmetic > 0 ? 'cosmetic only' : 'no difference';
};
