import type { Config, TargetConfig } from '../config/index.ts';
import { type Diagnostic, problem, Refusal, refuse, success } from '../diagnostics/index.ts';
import { selectionOf } from '../plan/index.ts';
import { commitOfUntagged, type TaggedVersion, untaggedVersion } from '../versions/index.ts';
import { asOutcome, type Session } from './session.ts';
import { chooseTargets } from './targets.ts';

/** What `--ref` named, as a version that no tag names, and a sentence about where it is from. */
export interface UntaggedVersion {
  readonly tagged: TaggedVersion;
  readonly note: string;
}

/** The targets that were named, all of environments for development; without names those of them that are enabled. */
export const developmentTargets = (config: Config, names: readonly string[]): readonly TargetConfig[] => {
  const isDevelopment = ({ environment }: TargetConfig): boolean =>
    config.environments.get(environment)?.type === 'development';
  const chosen = chooseTargets(config, names);
  const others = names.length > 0 ? chosen.filter((target) => !isDevelopment(target)) : [];
  const left = chosen.filter(isDevelopment);
  if (others.length === 0 && left.length > 0) return left;
  const detail =
    others.length > 0
      ? `What is not tagged goes to development targets only; ${others.map(({ name }) => `"${name}"`).join(', ')} ${others.length === 1 ? 'is none' : 'are none'}.`
      : 'What is not tagged goes to development targets only, and none is enabled.';
  throw refuse('ref-needs-development', { detail, hint: 'Tag a version, and plan that.' });
};

const mostNamed = 5;

/** Why something with these files in it cannot be kept; `what` names the files, or the version they are in. */
export const uncommitted = (what: string): Diagnostic =>
  problem('ref-uncommitted', {
    detail: `Not committed: ${what}. Nobody could have it again, so it can be shown, and neither saved nor applied.`,
    hint: 'Commit them, and name the commit:\n\n    m3forge plan --ref HEAD --out plan.json',
  });

const listed = (paths: readonly string[]): string =>
  paths.length <= mostNamed
    ? paths.join(', ')
    : `${paths.slice(0, mostNamed).join(', ')} and ${paths.length - mostNamed} more`;

/** The artifacts of the working tree that are in no commit, as a list for people; undefined where there are none. */
export const uncommittedIn = async (session: Session): Promise<string | undefined> => {
  const source = await session.source();
  // A repository without a working tree has nothing that could be forgotten.
  const tree = await asOutcome(async () => success(await source.workingTree(selectionOf(session.config))));
  return tree.ok && tree.value.uncommitted.length > 0 ? listed(tree.value.uncommitted) : undefined;
};

/** What a branch, a commit or `.` leads to. `saves` says that the plan is to be kept, which needs a commit. */
export const resolveRef = async (session: Session, ref: string, saves: boolean): Promise<UntaggedVersion> => {
  const source = await session.source();
  if (ref !== '.') {
    const revision = await source.revision(ref);
    return { tagged: untaggedVersion(revision, false), note: `Planned from ${ref}, which is no tagged version.` };
  }
  const tree = await source.workingTree(selectionOf(session.config));
  const files = tree.uncommitted;
  if (files.length > 0 && saves) throw new Refusal([uncommitted(listed(files))]);
  const note =
    files.length > 0
      ? `Planned from the working tree; not committed: ${listed(files)}.`
      : 'Planned from the working tree, which is committed.';
  return { tagged: untaggedVersion(tree, files.length > 0), note };
};

/** A version that no tag names, found by its commit; undefined where the commit is not there any more. */
export const findUntagged = async (session: Session, version: string): Promise<TaggedVersion | undefined> => {
  const source = await session.source();
  const revision = await asOutcome(async () => success(await source.revision(commitOfUntagged(version) ?? '')));
  return revision.ok ? untaggedVersion(revision.value, false) : undefined;
};
