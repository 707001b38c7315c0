import { basename, dirname, join, resolve } from 'node:path';
import { type Config, findConfig, loadConfig, prepareToLoad } from '../config/index.ts';
import { type Diagnostic, type Outcome, refuse, success } from '../diagnostics/index.ts';
import { isPrerelease } from '../values/index.ts';
import {
  type Merge,
  type MergeEnds,
  type MergeReader,
  openMergeReader,
  openSource,
  type Source,
  type TaggedVersion,
  withContents,
} from '../versions/index.ts';
import { asOutcome, type OperationContext } from './session.ts';

/** Where a preview reads. */
export interface Surroundings {
  /** That of the base. */
  readonly config: Config;
  readonly reader: MergeReader;
  readonly source: Source;
  readonly merge: Merge;
  /** The versions that the base has, without those that are tried out. */
  readonly tags: readonly TaggedVersion[];
  /** The name of the configuration's file in its folder; undefined where it does not lie in this repository. */
  readonly file: string | undefined;
  /** Removes what was made, and ends what was started, for reading. */
  readonly close: () => Promise<void>;
}

/** The two commits. */
export interface Ends {
  readonly base: string;
  readonly head: string;
}

const withoutBase = (base: string, file: string): Error =>
  refuse('preview-no-configuration', {
    detail: `${base} has no ${file}, and that of the head does not count before it is merged.`,
    hint: 'Merge the configuration first; pull requests after that have previews.',
  });

/** The configuration as a commit has it: what lies on the disk may be that of the head. */
const configAt = async (
  { system }: OperationContext,
  reader: MergeReader,
  { commit, directory, file }: Home & { readonly commit: string },
): Promise<Outcome<Config>> => {
  const read = (path: string): Promise<Buffer | undefined> => reader.fileAt(commit, path);
  if (!(await read(file))) throw withoutBase(commit.slice(0, 12), file);
  return loadConfig(system, { file: join(directory, file), read, withoutPins: true });
};

/** What is wrong with the configuration as a commit has it; it may be gone. */
export const faultsOfConfig = async (
  { system }: OperationContext,
  { reader, config, file }: Surroundings,
  commit: string,
): Promise<readonly Diagnostic[]> => {
  const read = (path: string): Promise<Buffer | undefined> => reader.fileAt(commit, path);
  const location = { file: join(config.directory, file ?? ''), read, withoutPins: true };
  const loaded = await loadConfig(system, location);
  return loaded.ok ? [] : loaded.diagnostics.filter(({ severity }) => severity === 'error');
};

/** Whether the configuration lies in the repository that it speaks of. */
export const isHere = ({ source }: Config): boolean => source.repository === '.' || source.repository === './';

/** Two commits of a repository, and what merging them comes to. */
interface Opened {
  readonly reader: MergeReader;
  readonly ends: MergeEnds;
  readonly merge: Merge;
  readonly tagsIn: Awaited<ReturnType<MergeReader['tagsUpTo']>>;
}

interface Beside extends Opened {
  readonly config: Config;
}

/** A reader that is left open where this succeeds, and nowhere else. */
const reading = async <T>(reader: MergeReader, read: () => Promise<Outcome<T>>): Promise<Outcome<T>> => {
  const outcome = await read().catch(async (error: unknown) => {
    await reader.close();
    throw error;
  });
  if (!outcome.ok) await reader.close();
  return outcome;
};

interface Home {
  readonly directory: string;
  readonly file: string;
}

/** Where the configuration lies: its folder, and the name of its file there. */
const homeOf = async ({ system, location }: OperationContext): Promise<Home> => {
  const found = await findConfig(system, location);
  if (found.ok) return { directory: found.value.home.directory, file: found.value.name };
  // A checkout of a head that has removed it: the base may have it.
  const path = resolve(system.cwd(), location.directory ?? '.', location.file ?? 'm3forge.yaml');
  return { directory: dirname(path), file: basename(path) };
};

/** The configuration of the base and what both commits come to, where they are in the repository that it lies in. */
const besideConfiguration = async (
  context: OperationContext,
  { base, head }: Ends,
  { directory, file }: Home,
): Promise<Outcome<Beside>> => {
  const reader = await openMergeReader(context.system, { repository: '.', directory });
  return reading(reader, async () => {
    // Git answers in the time that loading takes.
    const [ends] = await Promise.all([reader.ends(base, head), prepareToLoad()]);
    const [merge, tagsIn, loaded] = await Promise.all([
      reader.merge(ends),
      reader.tagsUpTo(ends.base.commit),
      configAt(context, reader, { commit: ends.base.commit, directory, file }),
    ]);
    return loaded.ok ? success({ config: loaded.value, reader, ends, merge, tagsIn }) : loaded;
  });
};

/** The configuration lies in no repository, or in one that does not have these commits: then it is no part of the head. */
const liesApart = ({ diagnostics }: Outcome<unknown>): boolean =>
  diagnostics.some(({ code }) => code === 'source-not-a-repository' || code === 'source-ref-unknown');

/** What is wrong with a configuration that no commit has: no `Refusal`, so that nobody takes it for a fault of one. */
export class FaultOnDisk extends Error {
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    super('the configuration on the disk is not usable');
    this.diagnostics = diagnostics;
  }
}

/** Opens what a preview reads, and decides whose configuration counts: never that of the head. Throws `FaultOnDisk`. */
export const openSurroundings = async (context: OperationContext, both: Ends): Promise<Outcome<Surroundings>> => {
  const home = await homeOf(context);
  const beside = await asOutcome(() => besideConfiguration(context, both, home));
  if (!beside.ok && !liesApart(beside)) return beside;
  if (beside.ok && isHere(beside.value.config)) {
    const { config, reader, ends } = beside.value;
    const source = reader.sourceOf(ends, config.source);
    return reading(reader, async () => success(surroundingsOf(beside.value, config, source, home.file)));
  }
  if (beside.ok) await beside.value.reader.close();
  const loaded = beside.ok
    ? success(beside.value.config)
    : await loadConfig(context.system, { ...context.location, withoutPins: true });
  if (!loaded.ok) throw new FaultOnDisk(loaded.diagnostics);
  if (!beside.ok && isHere(loaded.value)) return beside;
  return apartFromConfiguration(context, loaded.value, both);
};

/** In the repository that the configuration names, which it does not lie in. */
const apartFromConfiguration = async (
  { system }: OperationContext,
  config: Config,
  { base, head }: Ends,
): Promise<Outcome<Surroundings>> => {
  const place = { ...config.source, directory: config.directory };
  const reader = await openMergeReader(system, place);
  return reading(reader, async () => {
    const ends = await reader.ends(base, head);
    const [merge, tagsIn, source] = await Promise.all([
      reader.merge(ends),
      reader.tagsUpTo(ends.base.commit),
      openSource(system, { ...place, cacheDirectory: resolve(config.state.directory, 'sources') }),
    ]);
    return success(surroundingsOf({ reader, ends, merge, tagsIn }, config, source, undefined));
  });
};

const surroundingsOf = (
  { reader, merge, tagsIn }: Opened,
  config: Config,
  source: Source,
  file: string | undefined,
): Surroundings => ({
  ...{ config, reader, merge, file },
  source: withContents(source, merge.contents),
  tags: tagsIn(config.source).filter(({ version }) => !isPrerelease(version)),
  close: async () => {
    try {
      await source.close();
    } finally {
      await reader.close();
    }
  },
});

/**
 * The configuration that says where the host is, and with which token: that of a base that is named, or else of the main
 * branch, and never what lies on the disk of a repository. A head could send the token anywhere.
 */
export const trustedConfig = async (context: OperationContext, base?: string): Promise<Outcome<Config>> => {
  const home = await homeOf(context);
  const beside = await asOutcome(async () => {
    const reader = await openMergeReader(context.system, { repository: '.', directory: home.directory });
    try {
      const commit = base === undefined ? await reader.tipOf() : (await reader.ends(base, base)).base.commit;
      return await configAt(context, reader, { commit, ...home });
    } finally {
      await reader.close();
    }
  });
  if (beside.ok || !beside.diagnostics.some(({ code }) => code === 'source-not-a-repository')) return beside;
  // No repository: the configuration lies apart from what pull requests change.
  return loadConfig(context.system, { ...context.location, withoutPins: true });
};
