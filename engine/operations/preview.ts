import { resolve } from 'node:path';
import { compareBumps, greatestBump } from '../artifacts/index.ts';
import { type Config, findConfig, loadConfig } from '../config/index.ts';
import { type Diagnostic, failure, type Outcome, refuse, success } from '../diagnostics/index.ts';
import { selectionOf } from '../plan/index.ts';
import {
  type Comparison,
  compareArtifacts,
  configurationNotes,
  countsOf,
  type NextVersion,
  outlookOf,
  type PreviewDocument,
  type PreviewProblem,
  type PreviewTarget,
  previewedTargets,
  previewGates,
  type Running,
} from '../preview/index.ts';
import { compareBytes, compareVersions, digestOf, isPrerelease, type JsonValue } from '../values/index.ts';
import {
  artifactsOfMerge,
  chooseNextVersion,
  type Merge,
  type MergeReader,
  openHistory,
  openMergeReader,
  openSource,
  type Source,
  type TaggedVersion,
} from '../versions/index.ts';
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

/** Where a preview reads. */
interface Surroundings {
  /** That of the base. */
  readonly config: Config;
  readonly reader: MergeReader;
  readonly source: Source;
  readonly merge: Merge;
  /** The name of the configuration's file in its folder; undefined where it does not lie in this repository. */
  readonly file: string | undefined;
}

const withoutBase = (base: string, file: string): Error =>
  refuse('preview-no-configuration', {
    detail: `${base} has no ${file}, and that of the head does not count before it is merged.`,
    hint: 'Merge the configuration first; pull requests after that have previews.',
  });

/** The configuration as a commit has it: what lies on the disk may be that of the head. */
export const configOfBase = async (
  context: OperationContext,
  reader: MergeReader,
  { commit, file }: { readonly commit: string; readonly file: string },
): Promise<Outcome<Config>> => {
  const read = (path: string): Promise<Buffer | undefined> => reader.fileAt(commit, path);
  if (!(await read(file))) throw withoutBase(commit.slice(0, 12), file);
  return loadConfig(context.system, { ...context.location, read, withoutPins: true });
};

const isHere = ({ source }: Config): boolean => source.repository === '.' || source.repository === './';

/** The configuration of the base and what both commits come to, where they are in the repository that it lies in. */
const besideConfiguration = async (
  context: OperationContext,
  { base, head }: PreviewRequest,
  { directory, file }: { readonly directory: string; readonly file: string },
): Promise<Outcome<Surroundings | undefined>> => {
  const reader = await openMergeReader(context.system, { repository: '.', directory });
  const merge = await reader.merge(base, head);
  const loaded = await configOfBase(context, reader, { commit: merge.base.commit, file });
  if (!loaded.ok) return loaded;
  return isHere(loaded.value) ? surroundingsOf(context, loaded.value, reader, { merge, file }) : success(undefined);
};

/** What makes it possible that the configuration lies somewhere else than the artifacts. */
export const elsewhereCodes = ['source-not-a-repository', 'source-ref-unknown', 'preview-no-configuration'];

const openSurroundings = async (context: OperationContext, request: PreviewRequest): Promise<Outcome<Surroundings>> => {
  const { system, location } = context;
  const found = await findConfig(system, location);
  if (!found.ok) return found;
  const { home, name: file } = found.value;
  const beside = await asOutcome(() => besideConfiguration(context, request, { directory: home.directory, file }));
  if (beside.ok && beside.value) return success(beside.value);
  if (!beside.ok && !beside.diagnostics.some(({ code }) => elsewhereCodes.includes(code))) return beside;
  // The artifacts are in another repository: whoever changes those changes no configuration.
  const loaded = await loadConfig(system, { ...location, withoutPins: true });
  if (!loaded.ok) return loaded;
  if (isHere(loaded.value)) return beside.ok ? failure([]) : beside;
  const reader = await openMergeReader(system, { ...loaded.value.source, directory: loaded.value.directory });
  const merge = await reader.merge(request.base, request.head);
  return surroundingsOf(context, loaded.value, reader, { merge, file: undefined });
};

const surroundingsOf = async (
  { system }: OperationContext,
  config: Config,
  reader: MergeReader,
  more: Pick<Surroundings, 'merge' | 'file'>,
): Promise<Outcome<Surroundings>> => {
  const source = await openSource(system, {
    ...config.source,
    directory: config.directory,
    cacheDirectory: resolve(config.state.directory, 'sources'),
  });
  return success({ config, reader, source, ...more });
};

/** The versions that the base has. */
const tagsOfBase = async (
  { system }: OperationContext,
  { config, source, merge }: Surroundings,
): Promise<readonly TaggedVersion[]> => {
  const history = await openHistory(system, { ...config.source, directory: config.directory });
  const before = new Set(await history.tagsUpTo(merge.base.commit));
  return (await source.tags()).filter(({ version }) => before.has(version.name) && !isPrerelease(version));
};

/** The number that the next version would get by itself. */
const nextVersionOf = (
  { config }: Surroundings,
  tags: readonly TaggedVersion[],
  { evidence }: Comparison,
): NextVersion | null => {
  if (evidence.length === 0) return null;
  const base = tags
    .map(({ version }) => version)
    .toSorted(compareVersions)
    .at(-1);
  const bump = greatestBump(evidence);
  const { versionPattern, includePrerelease } = config.source;
  const chosen = chooseNextVersion({
    ...{ versionPattern, includePrerelease, base, demanded: bump, wish: {}, allowBreaking: false },
  });
  if (!chosen.ok) return null;
  const order = (left: Comparison['evidence'][number], right: Comparison['evidence'][number]): number =>
    compareBumps(right.bump, left.bump) || compareBytes(left.address, right.address);
  return { base: base?.name ?? null, name: chosen.value.version.name, bump, evidence: evidence.toSorted(order) };
};

const problemOf = ({ severity, code, detail, range }: Diagnostic): PreviewProblem => ({
  ...{ severity, code, detail },
  path: range?.filename ?? null,
  line: range?.start.line ?? null,
});

/** The changes that a target sees: from the version that it runs, where that is another one than the base's. */
const changesFor = async (
  { reader, source, merge, config }: Surroundings,
  comparison: Comparison,
  { from, tags }: { readonly from: string | null; readonly tags: readonly TaggedVersion[] },
): Promise<Comparison> => {
  const latest = tags.toSorted((left, right) => compareVersions(left.version, right.version)).at(-1);
  const tag = tags.find(({ version }) => version.name === from);
  if (!tag || tag === latest) return comparison;
  const seen = await reader.seenFrom(tag.commit, merge);
  return compareArtifacts(source, await artifactsOfMerge(source, seen, selectionOf(config)));
};

const targetsOf = async (
  context: OperationContext,
  surroundings: Surroundings,
  comparison: Comparison,
  more: { readonly next: NextVersion | null; readonly tags: readonly TaggedVersion[]; readonly running: Running },
): Promise<readonly PreviewTarget[]> => {
  const { config, merge } = surroundings;
  const { next, tags, running } = more;
  const found: PreviewTarget[] = [];
  for (const target of previewedTargets(config)) {
    const { outcome, from, to, reason } = outlookOf(target, next, { tags, running });
    const seen =
      outcome === 'release' && running ? await changesFor(surroundings, comparison, { from, tags }) : comparison;
    const { changes, findings, bodies } = seen;
    const previewed = { version: to ?? '', commit: merge.head.commit, from, changes, findings, bodies };
    found.push({
      ...{ target: target.name, environment: target.environment, outcome, from, to, reason },
      environment_type: config.environments.get(target.environment)?.type ?? 'production',
      counts: countsOf(outcome === 'release' ? changes : []),
      gateways: target.gateways.map(({ name }) => name),
      gates: outcome === 'release' ? await previewGates(context.system, config, target, previewed) : [],
    });
  }
  return found;
};

const notesOf = async ({ reader, merge, file }: Surroundings, others: readonly string[]) =>
  file === undefined ? [] : configurationNotes(file, others, (side, path) => reader.fileAt(merge[side].commit, path));

const previewIn = async (
  context: OperationContext,
  { base, head }: PreviewRequest,
  running: Running,
  surroundings: Surroundings,
): Promise<PreviewDocument> => {
  const { config, source, merge } = surroundings;
  const merged = await artifactsOfMerge(source, merge, selectionOf(config));
  const comparison = await compareArtifacts(source, merged);
  const tags = await tagsOfBase(context, surroundings);
  const next = nextVersionOf(surroundings, tags, comparison);
  const isArtifact = new Set([...merged.before, ...merged.after].map(({ path }) => path));
  const content = {
    project: config.project,
    base: { ref: base, commit: merge.base.commit },
    head: { ref: head, commit: merge.head.commit },
    against: running ? ('state' as const) : ('base' as const),
    version: next,
    changes: comparison.changes,
    targets: await targetsOf(context, surroundings, comparison, { next, tags, running }),
    configuration: await notesOf(surroundings, merged.others),
    conflicts: [...merge.conflicts.filter((path) => isArtifact.has(path)), ...merged.conflicts],
    problems: comparison.findings.map(problemOf),
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
