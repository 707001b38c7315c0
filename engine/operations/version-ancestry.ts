import { success } from '../diagnostics/index.ts';
import {
  changesOfVersion,
  listVersions,
  type VersionChange,
  type VersionChanges,
  type VersionRecord,
} from '../state/index.ts';
import { compareVersions, isPrerelease, parseVersionName, type VersionName } from '../values/index.ts';
import { commitOfUntagged, type History, isUntagged, openHistory } from '../versions/index.ts';
import { changeOf } from './change-set-entries.ts';
import { asOutcome, once, type Session } from './session.ts';

/** A version and all that it comes after, back to the first one; not `whole` where nobody knows what comes before the last of them. */
export interface Chain {
  readonly names: readonly string[];
  readonly whole: boolean;
}

/** What Git says of versions, where the repository is here with all its history. */
interface InGit {
  readonly history: History;
  /** The commits that tags lead to. */
  readonly tags: ReadonlyMap<string, string>;
}

type Records = ReadonlyMap<string, VersionRecord>;

const commitIn = (records: Records, { tags }: InGit, name: string): string | undefined =>
  records.get(name)?.commit ?? tags.get(name) ?? (isUntagged(name) ? commitOfUntagged(name) : undefined);

/** What a version comes after. */
interface Before {
  /** The version that it follows; null for the first, undefined where nobody knows. */
  readonly base: string | null | undefined;
  /** Those that it comes after and its base does not. */
  readonly merged: readonly string[];
}

/** What Git says of a version of which nothing is recorded: it follows the highest one before it. */
const beforeInGit = async ({ history, tags }: InGit, name: string, commit: string): Promise<Before> => {
  const own = parseVersionName(name);
  // What is planned from a commit follows any version that it has; a tag follows lower ones only, so that nothing goes round.
  const isBefore = (version: VersionName): boolean =>
    isUntagged(name) || own === undefined || compareVersions(version, own) < 0;
  const versionsUpTo = async (base?: string): Promise<readonly VersionName[]> =>
    (await history.tagsUpTo(commit, base))
      .filter((tag) => tags.has(tag) && tag !== name)
      .flatMap((tag) => parseVersionName(tag) ?? [])
      .filter(isBefore);
  const base = (await versionsUpTo())
    .filter((version) => !isPrerelease(version))
    .sort(compareVersions)
    .at(-1)?.name;
  const merged = await versionsUpTo(base === undefined ? undefined : tags.get(base));
  return { base: base ?? null, merged: merged.map((version) => version.name) };
};

const openGit = async (session: Session): Promise<InGit | undefined> => {
  const { config, context } = session;
  const opened = await asOutcome(async () => {
    const history = await openHistory(context.system, { ...config.source, directory: config.directory });
    if (await history.isShallow()) return success(undefined);
    const tags = new Map((await session.tags()).map(({ version, commit }) => [version.name, commit]));
    return success({ history, tags });
  });
  // Wherever it is: what is recorded can be told without it.
  return opened.ok ? opened.value : undefined;
};

/** What each version follows and brings: as it is recorded, and of those whose tags others made as Git has it. */
export class Ancestry {
  readonly records: () => Promise<Records>;
  readonly git: () => Promise<InGit | undefined>;
  readonly #state: Session['state'];
  readonly #before = new Map<string, Promise<Before>>();
  readonly #changes = new Map<string, Promise<VersionChanges | undefined>>();
  readonly #chains = new Map<string | null, Promise<Chain>>();

  constructor(session: Session) {
    this.#state = session.state;
    this.records = once(async () => new Map((await listVersions(session.state)).map((one) => [one.name, one])));
    this.git = once(() => openGit(session));
  }

  /** The commit of a version in Git; undefined where the history is not here, or does not have it. */
  async #located(name: string): Promise<{ readonly git: InGit; readonly commit: string } | undefined> {
    const git = await this.git();
    const commit = git && commitIn(await this.records(), git, name);
    if (!git || commit === undefined) return undefined;
    return (await git.history.present([commit])).size === 0 ? undefined : { git, commit };
  }

  before(name: string): Promise<Before> {
    const known = this.#before.get(name) ?? this.#findBefore(name);
    this.#before.set(name, known);
    return known;
  }

  async #findBefore(name: string): Promise<Before> {
    const created = (await this.records()).get(name)?.created;
    if (created?.merged) return { base: created.base, merged: created.merged };
    const located = await this.#located(name);
    const inGit = located ? await beforeInGit(located.git, name, located.commit) : undefined;
    return { base: created ? created.base : inGit?.base, merged: inGit?.merged ?? [] };
  }

  changes(name: string): Promise<VersionChanges | undefined> {
    const known = this.#changes.get(name) ?? this.#findChanges(name);
    this.#changes.set(name, known);
    return known;
  }

  async #findChanges(name: string): Promise<VersionChanges | undefined> {
    const recorded = await changesOfVersion(this.#state, name);
    if (recorded) return recorded;
    const [located, { base }] = [await this.#located(name), await this.before(name)];
    if (!located || base === undefined) return undefined;
    const from = base === null ? undefined : commitIn(await this.records(), located.git, base);
    const way = await located.git.history.commitsSince(from, located.commit);
    return { changes: way.commits.map(changeOf), leftOut: way.leftOut };
  }

  chain(name: string | null): Promise<Chain> {
    const known = this.#chains.get(name) ?? this.#findChain(name);
    this.#chains.set(name, known);
    return known;
  }

  async #findChain(name: string | null): Promise<Chain> {
    const names = new Set<string>();
    let next: string | null | undefined = name;
    while (typeof next === 'string' && !names.has(next)) {
      names.add(next);
      const { base, merged }: Before = await this.before(next);
      for (const one of merged) names.add(one);
      next = base;
    }
    return { names: [...names], whole: next !== undefined };
  }

  /** The versions that were merged to these. */
  async mergedTo(names: readonly string[]): Promise<readonly string[]> {
    const merged = new Set<string>();
    for (const name of names) for (const one of (await this.before(name)).merged) merged.add(one);
    return [...merged];
  }

  /** All that these versions brought, each once, and whether that is known of each of them. */
  async all(names: readonly string[]): Promise<VersionChanges & { readonly complete: boolean }> {
    const changes = new Map<string, VersionChange>();
    let leftOut = 0;
    let complete = true;
    for (const name of names) {
      const brought = await this.changes(name);
      for (const change of brought?.changes ?? []) changes.set(change.commit, change);
      leftOut += brought?.leftOut ?? 0;
      complete &&= brought !== undefined;
    }
    return { changes: [...changes.values()], leftOut, complete };
  }
}
