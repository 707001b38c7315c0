import {
  type ArtifactKind,
  addressOf,
  isJsonObject,
  type JsonValue,
  type StructuralPath,
  type VersionPart,
} from '../values/index.ts';
import type { Edge } from './difference-document.ts';
import { compareValues, type FoundChange } from './path-difference.ts';
import { compareWorkflows, type EdgesOfNode, edgesOfNode, type FoundDifference } from './workflow-difference.ts';

/** How far a version number must rise: `major` breaks those who use it, `minor` adds, `patch` does neither. */
export type Bump = VersionPart;

/** One reason why the version number must rise that far. */
export interface Evidence {
  readonly bump: Bump;
  /** Such as `workflow.invoice-extraction`. */
  readonly address: string;
  /** A few words, such as `output_schema lost properties.total`. */
  readonly because: string;
}

type Reason = Omit<Evidence, 'address'>;

const bumps: readonly Bump[] = ['patch', 'minor', 'major'];

/** Below zero where `left` is less of a rise than `right`. */
export const compareBumps = (left: Bump, right: Bump): number => bumps.indexOf(left) - bumps.indexOf(right);

/** The greatest of them; a patch where there is none. */
export const greatestBump = (evidence: readonly Pick<Evidence, 'bump'>[]): Bump =>
  evidence.reduce<Bump>((most, { bump }) => (compareBumps(bump, most) > 0 ? bump : most), 'patch');

const schemaKeys: ReadonlySet<string> = new Set(['input_schema', 'output_schema', 'inputSchema', 'outputSchema']);
/** Of a JSON Schema: what is there for readers, and changes nothing that is accepted. */
const annotations: ReadonlySet<string> = new Set(['title', 'description', 'examples', '$comment', 'deprecated']);
const mostNamed = 3;

const named = (ids: readonly string[]): string =>
  ids.length <= mostNamed ? ids.join(', ') : `${ids.slice(0, mostNamed).join(', ')} and ${ids.length - mostNamed} more`;

/** Inside of `properties` a key is the name of a field, whatever word of JSON Schema it may be. */
const isFieldName = (path: StructuralPath, index: number): boolean =>
  path[index - 1] === 'properties' && !isFieldName(path, index - 1);

const isAnnotation = (inside: StructuralPath): boolean =>
  inside.some((step, index) => annotations.has(String(step)) && index > 0 && !isFieldName(inside, index));

const verbs = { added: 'gained', removed: 'lost', changed: 'changed', reordered: 'reordered' } as const;

/** What a change inside of a schema demands. `path` begins with the key of the schema. */
const schemaReason = ({ path, action }: FoundChange): Reason => {
  const [key, ...inside] = path.map(String);
  const where = inside.length === 0 ? '' : ` ${inside.join('.')}`;
  const because = inside.length === 0 ? `${key} ${action}` : `${key} ${verbs[action]}${where}`;
  if (isAnnotation(path) || action === 'reordered') return { bump: 'patch', because };
  // A schema that says more than before is an addition; that a field must be there is said by `required`, and found there.
  const isAddition = action === 'added' && (inside.length === 0 || isFieldName(path, path.length - 1));
  return { bump: isAddition ? 'minor' : 'major', because };
};

/** Of changes by path, those of the schemas that an artifact promises to its users: not those inside of its nodes. */
const schemaReasons = (changes: readonly FoundChange[]): readonly Reason[] =>
  changes.flatMap((change) => {
    const index = change.path.findIndex((step) => schemaKeys.has(String(step)));
    return index < 0 || index > 1 ? [] : [schemaReason({ ...change, path: change.path.slice(index) })];
  });

/** Whether an edge is still there in other words: as one of both kinds, or drawn through nodes that are new. */
const isKept = (edges: EdgesOfNode, added: ReadonlySet<string | undefined>, { from, to }: Edge): boolean => {
  const direct = edges(from).get(to);
  if (direct !== undefined) return direct === 'both';
  const seen = new Set<string>();
  const open = [from];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const next of edges(id).keys()) {
      if (next === to) return true;
      if (added.has(next) && !seen.has(next)) open.push(next);
      seen.add(next);
    }
  }
  return false;
};

const workflowReasons = (found: FoundDifference, after: JsonValue): readonly Reason[] => {
  const removed = new Set(found.removed.map(({ id }) => id));
  const added = new Set(found.added.map(({ id }) => id));
  const edges = edgesOfNode(after);
  // An edge whose node went is told with the node.
  const cut = found.edgesRemoved.filter(
    (edge) => !removed.has(edge.from) && !removed.has(edge.to) && !isKept(edges, added, edge),
  );
  const nodes = (list: FoundDifference['added']): string => named(list.map(({ id, label }) => label ?? id ?? ''));
  return [
    ...(removed.size > 0 ? [{ bump: 'major', because: `node removed: ${nodes(found.removed)}` } as const] : []),
    ...(cut.length > 0
      ? [
          {
            bump: 'major',
            because: `connection removed: ${named(cut.map(({ from, to }) => `${from} → ${to}`))}`,
          } as const,
        ]
      : []),
    ...(found.added.length > 0 ? [{ bump: 'minor', because: `node added: ${nodes(found.added)}` } as const] : []),
    ...schemaReasons(found.fields),
  ];
};

/** By what others call a processor. */
const addressKeys: ReadonlySet<string> = new Set(['endpoint', 'executor']);

const processorReasons = (changes: readonly FoundChange[]): readonly Reason[] =>
  changes.flatMap(({ path, action }): readonly Reason[] => {
    const [key, inside] = path[0] === 'processor' ? path.slice(1) : path;
    if (addressKeys.has(String(key)) && action !== 'added') return [{ bump: 'major', because: `${key} ${action}` }];
    const lost = key === 'parameters' && inside !== undefined && action === 'removed';
    return lost ? [{ bump: 'major', because: `parameter removed: ${inside}` }] : [];
  });

const changesByPath = (before: JsonValue, after: JsonValue): readonly FoundChange[] => {
  const changes: FoundChange[] = [];
  compareValues(before, after, [], (change) => changes.push(change));
  return changes;
};

const manifestOf = (body: JsonValue): JsonValue => (isJsonObject(body) ? (body.manifest ?? null) : body);

const reasonsOf = (kind: ArtifactKind, before: JsonValue, after: JsonValue): readonly Reason[] => {
  const found = kind === 'workflow' ? compareWorkflows(before, after) : undefined;
  if (found) return workflowReasons(found, after);
  // Two workflows that cannot be compared node by node: nobody can say that those who use it are not affected.
  if (kind === 'workflow') return [{ bump: 'major', because: 'written in another shape' }];
  const changes =
    kind === 'processor' ? changesByPath(manifestOf(before), manifestOf(after)) : changesByPath(before, after);
  return [...schemaReasons(changes), ...(kind === 'processor' ? processorReasons(changes) : [])];
};

const merged = (reasons: readonly Reason[]): readonly Reason[] => {
  const byWords = new Map(reasons.map((reason) => [`${reason.bump} ${reason.because}`, reason]));
  return [...byWords.values()];
};

/**
 * What a changed artifact demands of the next version number: removed is major, new is minor, and of an update what it
 * takes from its users or adds for them; a patch where it does neither. Never empty. Bodies as a place stores them.
 */
export const demandOf = (
  artifact: { readonly kind: ArtifactKind; readonly name: string },
  before: JsonValue | undefined,
  after: JsonValue | undefined,
): readonly Evidence[] => {
  const address = addressOf(artifact.kind, artifact.name);
  if (after === undefined) return [{ bump: 'major', address, because: 'removed' }];
  if (before === undefined) return [{ bump: 'minor', address, because: 'new' }];
  const reasons = merged(reasonsOf(artifact.kind, before, after));
  const found = reasons.length > 0 ? reasons : [{ bump: 'patch', because: 'changed inside' } as const];
  return found.map((reason) => ({ bump: reason.bump, address, because: reason.because }));
};
