import { compareBumps, greatestBump } from '../artifacts/index.ts';
import { selectionOf } from '../plan/index.ts';
import {
  type Comparison,
  compareArtifacts,
  countsOf,
  type NextVersion,
  outlookOf,
  type PreviewTarget,
  previewedTargets,
  previewGates,
  type Running,
  withTaken,
} from '../preview/index.ts';
import { compareBytes, compareVersions } from '../values/index.ts';
import { artifactsOfMerge, chooseNextVersion, type TaggedVersion } from '../versions/index.ts';
import type { Surroundings } from './preview-surroundings.ts';
import type { OperationContext } from './session.ts';

/** The highest of them. */
const highestOf = (tags: readonly TaggedVersion[]): TaggedVersion | undefined =>
  tags.toSorted((left, right) => compareVersions(left.version, right.version)).at(-1);

/** What the next version brings: all that the base has beyond its last version, and what the merge adds to that. */
export const sinceLastVersion = (surroundings: Surroundings, comparison: Comparison): Promise<Comparison> =>
  changesSince(surroundings, highestOf(surroundings.tags), comparison);

/** The number that the next version would get by itself; null where it would bring nothing. */
export const nextVersionOf = ({ config, tags }: Surroundings, { evidence }: Comparison): NextVersion | null => {
  if (evidence.length === 0) return null;
  const base = highestOf(tags)?.version;
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

/** What the merge comes to, seen from a version, or from nothing. Where the base is that version, that is known already. */
const changesSince = async (
  { reader, source, merge, config }: Surroundings,
  tag: TaggedVersion | undefined,
  comparison: Comparison,
): Promise<Comparison> => {
  if (tag?.commit === merge.base.commit) return comparison;
  const seen = await reader.seenFrom(tag, merge);
  const found = await compareArtifacts(source, await artifactsOfMerge(source, seen, selectionOf(config)));
  return withTaken(found, comparison.taken);
};

/** What is known when it is decided what becomes of each target. */
interface Known {
  readonly next: NextVersion | null;
  readonly running: Running;
  /** From the base to the merge. */
  readonly comparison: Comparison;
  /** From the last version to the merge. */
  readonly brought: Comparison;
}

/** The tag of what a target runs; that may come from another branch than the base. */
const tagOf = async (
  { source }: Surroundings,
  tags: readonly TaggedVersion[],
  from: string | null,
): Promise<TaggedVersion | undefined> => {
  const isIt = ({ version }: TaggedVersion): boolean => version.name === from;
  return tags.find(isIt) ?? (from === null ? undefined : (await source.tags()).find(isIt));
};

export const targetsOf = async (
  context: OperationContext,
  surroundings: Surroundings,
  { next, running, comparison, brought }: Known,
): Promise<readonly PreviewTarget[]> => {
  const { config, merge, tags } = surroundings;
  const last = highestOf(tags);
  const isInvalid = brought.findings.some(({ severity }) => severity === 'error');
  const found: PreviewTarget[] = [];
  for (const target of previewedTargets(config)) {
    const { outcome, from, to, reason } = outlookOf(target, next, { tags, running, isInvalid });
    const tag = await tagOf(surroundings, tags, from);
    // Of a version that is not here nobody can tell what it has: then the last one of the base has to do.
    const isLast = tag === last || outcome === 'none' || (tag === undefined && from !== null);
    const { changes, findings, bodies } = isLast ? brought : await changesSince(surroundings, tag, comparison);
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
