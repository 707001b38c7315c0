import { mayHideWords, readArtifact, runNeedsOf } from '../artifacts/index.ts';
import { Refusal } from '../diagnostics/index.ts';
import { type ArtifactKind, addressOf, compareBytes, type JsonValue } from '../values/index.ts';
import type { Source, TreeEntry } from '../versions/index.ts';
import { type Call, type Callee, type Caller, calleeOf, isFor } from './callee.ts';
import { type Comparison, valueIn } from './compare.ts';
import type { PreviewChange, WorkflowUses } from './document.ts';
import { lostCalls } from './lost-calls.ts';

const callsOf = (value: JsonValue | undefined): readonly Call[] =>
  runNeedsOf(value ?? null).flatMap((need) =>
    need.kind === 'executor' ? [{ executor: need.executor, call: need.call }] : [],
  );

const isCallable = ({ kind }: Pick<PreviewChange, 'kind'>): boolean => kind === 'agent' || kind === 'processor';

/** What was there to be called before, and is not any more, or is by another call. */
const goneFrom = ({ changes, bodies, formerly }: Comparison): readonly Callee[] =>
  changes.filter(isCallable).flatMap(({ kind, name, before_digest: before, after_digest: after }) => {
    if (before === null) return [];
    const old = calleeOf(kind, name, valueIn(formerly, before));
    const now = after === null ? undefined : calleeOf(kind, name, valueIn(bodies, after));
    return now && now.executor === old.executor && now.path === old.path ? [] : [old];
  });

/** The project as it would be, as far as it was read. */
interface Project {
  readonly callees: readonly Callee[];
  readonly callers: readonly Caller[];
}

/** Whether a file can have to do with one of these executors. Most have not, and need not be parsed. */
const mayName = ({ path }: TreeEntry, bytes: Buffer, executors: ReadonlySet<string>): boolean =>
  [...executors].some((name) => path.includes(name) || bytes.includes(name)) || mayHideWords(bytes.toString('latin1'));

/** Reads what has to do with these executors. What cannot be read is left out: `validate` and `plan` complain of it. */
const readProject = async (
  source: Source,
  entries: readonly TreeEntry[],
  executors: ReadonlySet<string>,
): Promise<Project> => {
  const [callees, callers]: [Callee[], Caller[]] = [[], []];
  try {
    for await (const { bytes, ...entry } of source.readBlobs(entries)) {
      if (!mayName(entry, bytes, executors)) continue;
      const read = await readArtifact(entry.kind, { path: entry.path, bytes });
      if (!read.ok) continue;
      const { name, value } = read.value;
      // The body of a processor has its manifest beside its files.
      const body = entry.kind === 'processor' ? { manifest: value } : value;
      if (entry.kind === 'workflow') callers.push({ address: addressOf('workflow', name), calls: callsOf(value) });
      else callees.push(calleeOf(entry.kind, name, body));
    }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
  return { callees, callers };
};

const sortedOf = (names: Iterable<string>): readonly string[] => [...new Set(names)].sort(compareBytes);

const usesOf = (calls: readonly Call[], callees: readonly Callee[], changed: ReadonlySet<string>): WorkflowUses => {
  const used = callees.filter((callee) => calls.some((one) => isFor(callee, one)));
  const named = (wanted: ArtifactKind) => sortedOf(used.flatMap(({ kind, name }) => (kind === wanted ? [name] : [])));
  return {
    agents: named('agent'),
    processors: named('processor'),
    changed: sortedOf(used.flatMap(({ address }) => (changed.has(address) ? [address] : []))),
    executors: sortedOf(calls.map(({ executor }) => executor)),
  };
};

/**
 * The same comparison, with what its workflows use of the merged project, and a warning for what the project still calls and
 * would not have any more. `list` says which artifacts of these kinds it would have: asked only where a changed workflow calls
 * something, and for workflows only where something that was called is gone.
 */
export const withUses = async (
  comparison: Comparison,
  source: Source,
  list: (kinds: readonly ArtifactKind[]) => Promise<readonly TreeEntry[]>,
): Promise<Comparison> => {
  const { changes, bodies, findings } = comparison;
  const callsIn = new Map(
    changes.flatMap(({ kind, address, after_digest: digest }) =>
      kind === 'workflow' && digest !== null ? [[address, callsOf(valueIn(bodies, digest))] as const] : [],
    ),
  );
  const gone = goneFrom(comparison);
  const executors = new Set([...callsIn.values(), gone].flat().map(({ executor }) => executor));
  const kinds = [...(['agent', 'processor'] as const), ...(gone.length > 0 ? (['workflow'] as const) : [])];
  const entries = executors.size === 0 ? [] : await list(kinds);
  const { callees, callers } = await readProject(source, entries, executors);
  const changed = new Set(changes.map(({ address }) => address));
  return {
    ...comparison,
    changes: changes.map((change) => {
      const calls = callsIn.get(change.address);
      return calls ? { ...change, uses: usesOf(calls, callees, changed) } : change;
    }),
    findings: [...findings, ...lostCalls(changes, gone, { callees, callers })],
  };
};
