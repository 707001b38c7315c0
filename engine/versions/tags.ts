import { globMatcher, isPrerelease, parseVersionName, type VersionName } from '../values/index.ts';

/** A version and where its content lies: a tag that names a semantic version. */
export interface TaggedVersion {
  readonly version: VersionName;
  /** The commit that the tag leads to, through annotated tags. */
  readonly commit: string;
  /** The id of the commit's whole tree: equal ids are equal content. */
  readonly treeId: string;
}

/** One ref per line, its fields separated by NUL, which no ref can contain. `*` is what an annotated tag points to. */
export const tagFormat =
  '%(refname)%00%(objecttype)%00%(objectname)%00%(tree)%00%(*objecttype)%00%(*objectname)%00%(*tree)';

const prefix = 'refs/tags/';

export interface TagSelection {
  /** A glob over tag names, such as `v*.*.*`. */
  readonly versionPattern: string;
  readonly includePrerelease: boolean;
}

/** How many tags of a repository name no version under a selection. */
export interface PassedOver {
  readonly count: number;
  readonly pattern: string;
}

const passedOver = new WeakMap<readonly TaggedVersion[], PassedOver>();

/** What was left out of a list that `parseTags` made, to be told where nothing is left in it. */
export const passedOverIn = (tags: readonly TaggedVersion[]): PassedOver | undefined => passedOver.get(tags);

/** The tags among the output of `git for-each-ref` that name a version under this selection, in Git's order. */
export const parseTags = (output: string, selection: TagSelection): readonly TaggedVersion[] => {
  const matches = globMatcher([selection.versionPattern]);
  const refs = output.split('\n').filter((line) => line !== '');
  const tags = refs.flatMap((line): readonly TaggedVersion[] => {
    const [ref = '', type, id, tree, peeledType, peeledId, peeledTree] = line.split('\0');
    const name = ref.slice(prefix.length);
    const version = matches(name) ? parseVersionName(name) : undefined;
    if (!version || (isPrerelease(version) && !selection.includePrerelease)) return [];
    if (type === 'commit' && id && tree) return [{ version, commit: id, treeId: tree }];
    if (peeledType === 'commit' && peeledId && peeledTree) return [{ version, commit: peeledId, treeId: peeledTree }];
    return [];
  });
  passedOver.set(tags, { count: refs.length - tags.length, pattern: selection.versionPattern });
  return tags;
};
