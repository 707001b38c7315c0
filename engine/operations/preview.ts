import { type Diagnostic, exitCodeOf, failure, type Outcome, success } from '../diagnostics/index.ts';
import { selectionOf } from '../plan/index.ts';
import {
  type Comparison,
  type ConfigurationNote,
  compareArtifacts,
  configurationNotes,
  countedNotes,
  namesTaken,
  type PreviewDocument,
  type PreviewProblem,
  programNotes,
  type Running,
  withTaken,
  withUses,
} from '../preview/index.ts';
import { type ArtifactKind, digestOf, type JsonValue } from '../values/index.ts';
import { artifactsOfMerge, projectOfMerge, type Selection } from '../versions/index.ts';
import { nextVersionOf, sinceLastVersion, targetsOf } from './preview-outlook.ts';
import { FaultOnDisk, faultsOfConfig, openSurroundings, type Surroundings } from './preview-surroundings.ts';
import { asOutcome, type OperationContext } from './session.ts';
import { status } from './status.ts';
import { readStatusFile } from './status-file.ts';

export interface PreviewRequest {
  /** A branch, tag or commit that the head is to be merged into. */
  readonly base: string;
  readonly head: string;
  /** Asks the state and the places what the targets run. */
  readonly withState: boolean;
  /** A file that `m3forge status --json` wrote, to be believed of what the targets run in the place of asking them. */
  readonly statusFile?: string | undefined;
  readonly lockTimeoutMs: number;
}

const problemOf = ({ severity, code, detail, range }: Diagnostic): PreviewProblem => ({
  ...{ severity, code, detail },
  path: range?.filename ?? null,
  line: range?.start.line ?? null,
});

/** What the head makes of the configuration, and nothing of what the base has made of it since the two parted. */
const notesOf = async ({ reader, merge, file }: Surroundings): Promise<readonly ConfigurationNote[]> => {
  if (file === undefined) return [];
  const merged = (path: string): Buffer | undefined => {
    const after = merge.changes.find((change) => change.path === path)?.after;
    return after && merge.contents.get(after.blob);
  };
  return configurationNotes(
    file,
    merge.changes.map(({ path }) => path),
    (side, path) => {
      const both = side === 'head' ? merged(path) : undefined;
      return both ? Promise.resolve(both) : reader.fileAt(merge[side].commit, path);
    },
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
  known: KnownTargets,
  surroundings: Surroundings,
): Promise<PreviewDocument> => {
  const { config, source, reader, merge, file } = surroundings;
  const { against, running, statusAt } = known;
  const merged = await artifactsOfMerge(source, merge, selectionOf(config));
  const list = (kinds: readonly ArtifactKind[]) => projectOfMerge(reader, merge, chosenOf(selectionOf(config), kinds));
  const compared = await compareArtifacts(source, merged);
  const names = await namesTaken(compared, source, merged, list);
  const comparison = withTaken(compared, names.taken);
  // For people alone: gates judge what they would judge of the version.
  const told = await withUses(comparison, source, list);
  const brought = await sinceLastVersion(surroundings, comparison);
  const next = nextVersionOf(surroundings, brought);
  const notes = await notesOf(surroundings);
  const faults = await faultsOf(context, surroundings, notes);
  const isArtifact = new Set([...merged.before, ...merged.after].map(({ path }) => path));
  const content = {
    project: config.project,
    base: { ref: base, commit: merge.base.commit },
    head: { ref: head, commit: merge.head.commit },
    against,
    version: next,
    changes: told.changes,
    targets: await targetsOf(context, surroundings, { next, running, comparison, brought }),
    unreleased: unreleasedOf(comparison, brought),
    ...countedNotes(file === undefined ? notes : [...programNotes(config, merge.changes), ...notes]),
    conflicts: [...merge.conflicts.filter((path) => isArtifact.has(path)), ...merged.conflicts],
    problems: [...faults, ...told.findings, ...names.notes].map(problemOf),
  };
  const made = {
    ...{ tool_version: context.toolVersion, created_at: context.system.clock.now().toISOString() },
    status_at: statusAt?.toISOString() ?? null,
  };
  // What the two are called has no part in what merging brings.
  const covered = { ...content, base: content.base.commit, head: content.head.commit };
  return { format_version: '1.0', ...made, digest: digestOf(covered as unknown as JsonValue), ...content };
};

/** What is known of the targets, and from where. */
interface KnownTargets {
  readonly against: PreviewDocument['against'];
  readonly running: Running;
  readonly statusAt: Date | undefined;
}

/** What the targets run. Only for whoever trusts what lies on the disk: its configuration says which databases are asked. */
const runningNow = async (
  context: OperationContext,
  { lockTimeoutMs }: PreviewRequest,
): Promise<Outcome<KnownTargets>> => {
  const found = await status(context, { targets: [], lockTimeoutMs });
  if (!found.ok) return found;
  const running = new Map(found.value.map(({ target, version }) => [target, version]));
  return success({ against: 'state', running, statusAt: undefined }, found.diagnostics);
};

/** What a status file says that they run; throws where it is none of this project. */
const runningThen = async (context: OperationContext, file: string, project: string): Promise<KnownTargets> => {
  const { running, at } = await readStatusFile(context, file, project);
  return { against: 'status', running, statusAt: at };
};

const nothingKnown: KnownTargets = { against: 'base', running: undefined, statusAt: undefined };

const previewKnowing = (
  context: OperationContext,
  request: PreviewRequest,
  now: KnownTargets,
): Promise<Outcome<PreviewDocument>> =>
  asOutcome(async () => {
    const opened = await openSurroundings(context, request);
    if (!opened.ok) return opened;
    try {
      const { statusFile } = request;
      const { project } = opened.value.config;
      const known = statusFile === undefined ? now : await runningThen(context, statusFile, project);
      return success(await previewIn(context, request, known, opened.value), opened.value.source.warnings);
    } finally {
      await opened.value.close();
    }
  });

/** A preview, and whether what stands in its way, where something does, lies in the commits. */
export interface TriedPreview {
  readonly outcome: Outcome<PreviewDocument>;
  readonly liesInCommits: boolean;
}

/** That something in the commits cannot be read, or is not valid. */
const invalid = 3;

/**
 * `m3forge preview`: what merging the head into the base would bring, from Git alone. Nothing of the head is run, and no
 * secret is resolved; configuration and policies are those of the base.
 *
 * What does not lie in the commits is a fault of the machine, such as a clone that lacks some of them, a database that is away,
 * a variable that is not set or a configuration on its disk: it says nothing of the head, and what exactly is wrong is nobody's
 * business where a host shows it.
 */
export const tryPreview = async (context: OperationContext, request: PreviewRequest): Promise<TriedPreview> => {
  const now = await asOutcome(() =>
    request.withState ? runningNow(context, request) : Promise.resolve(success(nothingKnown)),
  );
  if (!now.ok) return { outcome: now, liesInCommits: false };
  try {
    const found = await previewKnowing(context, request, now.value);
    if (found.ok) {
      return { outcome: success(found.value, [...now.diagnostics, ...found.diagnostics]), liesInCommits: false };
    }
    const isOfBase = found.diagnostics.some(({ code }) => code === 'preview-no-configuration');
    return { outcome: found, liesInCommits: isOfBase || exitCodeOf(found.diagnostics) === invalid };
  } catch (error) {
    if (error instanceof FaultOnDisk) return { outcome: failure(error.diagnostics), liesInCommits: false };
    throw error;
  }
};

export const preview = async (context: OperationContext, request: PreviewRequest): Promise<Outcome<PreviewDocument>> =>
  (await tryPreview(context, request)).outcome;
