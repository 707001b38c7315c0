import { parseVersionName } from '../values/index.ts';
import type { TaggedVersion } from './tags.ts';

/** Lower than every version that anybody tags, and never the same for two commits. */
const untagged = /^0\.0\.0-dev\.([0-9a-f]{40}|[0-9a-f]{64})(\.uncommitted)?$/;

/** Whether a version stands for a commit that no tag names. */
export const isUntagged = (name: string): boolean => untagged.test(name);

/** Whether a version stands for files that are in no commit: such a one can be looked at only. */
export const isUncommitted = (name: string): boolean => untagged.exec(name)?.[2] !== undefined;

/** The commit that such a version stands for; undefined for any other version. */
export const commitOfUntagged = (name: string): string | undefined => untagged.exec(name)?.[1];

/** A revision as the version that it is planned as. */
export const untaggedVersion = (
  { commit, treeId }: Pick<TaggedVersion, 'commit' | 'treeId'>,
  uncommitted: boolean,
): TaggedVersion => {
  const version = parseVersionName(`0.0.0-dev.${commit}${uncommitted ? '.uncommitted' : ''}`);
  if (!version) throw new Error(`the commit ${commit} makes no version`);
  return { version, commit, treeId };
};
