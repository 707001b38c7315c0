import { type Diagnostic, type Outcome, success } from '../diagnostics/index.ts';
import { selectionOf } from '../plan/index.ts';
import {
  type Comparison,
  type ConfigurationNote,
  compareArtifacts,
  configurationNotes,
  type PreviewDocument,
  type PreviewProblem,
  type Running,
  withUses,
} from '../preview/index.ts';
import { type ArtifactKind, digestOf, type JsonValue } from '../values/index.ts';
import { artifactsOfMerge, projectOfMerge, type Selection } from '../versions/index.ts';
import { nextVersionOf, sinceLastVersion, tagsOfBase, targetsOf } from './preview-outlook.ts';
import { faultsOfConfig, openSurroundings, type Surroundings } from './preview-surroundings.ts';
import { asOutcome, type OperationContext } from './session.ts';
import { status } from './status.ts';

export interface PreviewRequest {
  /** A branch, tag or commit that the head is to be merged into. */
  readonly base: string;
  readonly head: string;
  /** Asks the state and the places what the targets run. */
  readonly withState: boolean;
  readonly lockTimeoutMs: number;
}

const problemOf = ({ severity, code, detail, range }: Diagnostic): PreviewProblem => ({
  ...{ severity, code, detail },
  path: range?.filename ?? null,
  line: range?.start.line ?? null,
});

const notesOf = async ({ reader, merge, file }: Surroundings): Promise<readonly ConfigurationNote[]> => {
  const changed = merge.changes.map(({ path }) => path);
  const isText = /\.ya?ml$/;
  return file === undefined
    ? []
    : configurationNotes(
        file,
        changed.filter((path) => path === file || isText.test(path)),
        (side, path) => reader.fileAt(merge[side].commit, path),
      );
};

/** A head whose configuration cannot be read would leave everybody without one. */
const faultsOf = (context: OperationContext, surroundings: Surroundings, notes: readonly ConfigurationNote[]) => {
  const { file, merge } = surroundings;
  const isTouched = notes.length > 0 || merge.changes.some(({ path }) => path === file);
  return file !== undefined && isTouched ? faultsOfConfig(context, surroundings, merge.head.commit) : [];
};

/** How many artifacts come along that the base changed since its last version. */
const unreleasedOf = (comparison: Comparison, brought: Comparison): number => {
  const own = new Set(comparison.changes.map(({ address }) => address));
  return brought.changes.filter(({ address }) => !own.has(address)).length;
};

/** The globs of these kinds alone. */
const chosenOf = (selection: Selection, kinds: readonly ArtifactKind[]): Selection =>
  Object.fromEntries(kinds.map((kind) => [kind, selection[kind] ?? []]));

const previewIn = async (
  context: OperationContext,
  { base, head }: PreviewRequest,
  running: Running,
  surroundings: Surroundings,
): Promise<PreviewDocument> => {
  const { config, source, reader, merge } = surroundings;
  const merged = await artifactsOfMerge(source, merge, selectionOf(config));
  const comparison = await withUses(await compareArtifacts(source, merged), source, (kinds) =>
    projectOfMerge(reader, merge, chosenOf(selectionOf(config), kinds)),
  );
  const tags = await tagsOfBase(context, surroundings);
  const brought = await sinceLastVersion(surroundings, tags, comparison);
  const next = nextVersionOf(surroundings, tags, brought);
  const notes = await notesOf(surroundings);
  const faults = await faultsOf(context, surroundings, notes);
  const isArtifact = new Set([...merged.before, ...merged.after].map(({ path }) => path));
  const content = {
    project: config.project,
    base: { ref: base, commit: merge.base.commit },
    head: { ref: head, commit: merge.head.commit },
    against: running ? ('state' as const) : ('base' as const),
    version: next,
    changes: comparison.changes,
    targets: await targetsOf(context, surroundings, { next, tags, running, comparison, brought }),
    unreleased: unreleasedOf(comparison, brought),
    configuration: notes,
    conflicts: [...merge.conflicts.filter((path) => isArtifact.has(path)), ...merged.conflicts],
    problems: [...faults, ...comparison.findings].map(problemOf),
  };
  const made = { tool_version: context.toolVersion, created_at: context.system.clock.now().toISOString() };
  // What the two are called has no part in what merging brings.
  const compared = { ...content, base: content.base.commit, head: content.head.commit };
  return { format_version: '1.0', ...made, digest: digestOf(compared as unknown as JsonValue), ...content };
};

/** What the targets run. Only for whoever trusts what lies on the disk: its configuration says which databases are asked. */
const runningNow = async (context: OperationContext, { lockTimeoutMs }: PreviewRequest): Promise<Outcome<Running>> => {
  const found = await status(context, { targets: [], lockTimeoutMs });
  if (!found.ok) return found;
  return success(new Map(found.value.map(({ target, version }) => [target, version])), found.diagnostics);
};

/**
 * `m3forge preview`: what merging the head into the base would bring, from Git alone. Nothing of the head is run, and no
 * secret is resolved; configuration and policies are those of the base.
 */
export const preview = (context: OperationContext, request: PreviewRequest): Promise<Outcome<PreviewDocument>> =>
  asOutcome(async () => {
    const running = request.withState ? await runningNow(context, request) : success(undefined);
    if (!running.ok) return running;
    const opened = await openSurroundings(context, request);
    if (!opened.ok) return opened;
    try {
      const document = await previewIn(context, request, running.value, opened.value);
      return success(document, [...running.diagnostics, ...opened.value.source.warnings]);
    } finally {
      await opened.value.source.close();
    }
  });
