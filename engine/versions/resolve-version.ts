import { failure, type Outcome, problem, success } from '../diagnostics/index.ts';
import { closest } from '../documents/index.ts';
import { compareVersions, highestIn, isExactVersion, isVersionRange, parseVersionName } from '../values/index.ts';
import { passedOverIn, type TaggedVersion } from './tags.ts';

export interface ResolveOptions {
  /** Names of versions not to choose by themselves; naming one exactly still finds it. */
  readonly avoided: ReadonlySet<string>;
  readonly includePrerelease: boolean;
}

const byVersion = (left: TaggedVersion, right: TaggedVersion): number => compareVersions(left.version, right.version);

const noTags = (tags: readonly TaggedVersion[]): string => {
  const { count, pattern } = passedOverIn(tags) ?? { count: 0, pattern: '' };
  if (count === 0) return 'No tag names a version. A clone without tags gets them with:\n    git fetch --tags';
  const tagsOf = count === 1 ? 'The only tag is' : `All ${count} tags are`;
  return `${tagsOf} passed over: a version matches source.version_pattern, "${pattern}", is a semantic version and, without source.include_prerelease, no prerelease.`;
};

/** Enough to see what there is, newest first. */
const available = (tags: readonly TaggedVersion[]): string => {
  if (tags.length === 0) return noTags(tags);
  const names = [...tags]
    .sort(byVersion)
    .reverse()
    .map(({ version }) => version.name);
  return `There is ${names.slice(0, 5).join(', ')}${names.length > 5 ? ` and ${names.length - 5} more` : ''}.`;
};

const unknown = (spec: string, tags: readonly TaggedVersion[]): Outcome<never> => {
  const near = closest(
    spec,
    tags.map(({ version }) => version.name),
  );
  return failure([
    problem('version-unknown', {
      detail: `No version matches "${spec}".`,
      hint: near && near !== spec ? `Did you mean "${near}"? ${available(tags)}` : available(tags),
    }),
  ]);
};

/** Tags of one semantic version, such as v1.2.0 and 1.2.0, must agree where the choice falls on them. */
const unambiguous = (chosen: TaggedVersion, tags: readonly TaggedVersion[]): Outcome<TaggedVersion> => {
  const twin = tags.find(({ version, commit }) => version.semver === chosen.version.semver && commit !== chosen.commit);
  if (!twin) return success(chosen);
  const [first, second] = [twin.version.name, chosen.version.name].sort();
  return failure([
    problem('version-ambiguous', {
      detail: `The tags ${first} and ${second} name one version and lead to different commits.`,
      hint: 'Name the tag exactly, or delete one of them.',
    }),
  ]);
};

const resolveExact = (spec: string, tags: readonly TaggedVersion[]): Outcome<TaggedVersion> => {
  const named = tags.find(({ version }) => version.name === spec);
  if (named) return success(named);
  const wanted = parseVersionName(spec)?.semver;
  const equal = tags.find(({ version }) => version.semver === wanted);
  return equal ? unambiguous(equal, tags) : unknown(spec, tags);
};

const resolveRange = (
  spec: string,
  range: string,
  tags: readonly TaggedVersion[],
  options: ResolveOptions,
): Outcome<TaggedVersion> => {
  const highest = (candidates: readonly TaggedVersion[]): TaggedVersion | undefined => {
    const found = highestIn(
      candidates.map(({ version }) => version),
      range,
      options.includePrerelease,
    );
    return candidates.find(({ version }) => version === found);
  };
  const chosen = highest(tags.filter(({ version }) => !options.avoided.has(version.name)));
  if (chosen)
    return unambiguous(
      chosen,
      tags.filter(({ version }) => !options.avoided.has(version.name)),
    );
  const skipped = highest(tags);
  if (!skipped) return unknown(spec, tags);
  const names = tags.flatMap((tag) => (highest([tag]) ? [tag.version.name] : []));
  return failure([
    problem('version-all-avoided', {
      detail: `Every version that matches "${spec}" is avoided here or deprecated: ${names.join(', ')}.`,
      hint: 'Release a higher version, or lift the hold of one that is avoided:\n    m3forge hold lift',
    }),
  ]);
};

/**
 * The version that a specification names: an exact version (`v1.3.0`, `1.3.0`), a range (`^1.2`) or `latest`. Ranges and
 * `latest` take the highest version that is not avoided; a prerelease only where those are included.
 */
export const resolveVersion = (
  spec: string,
  tags: readonly TaggedVersion[],
  options: ResolveOptions,
): Outcome<TaggedVersion> => {
  if (tags.some(({ version }) => version.name === spec) || isExactVersion(spec)) return resolveExact(spec, tags);
  if (spec === 'latest') return resolveRange(spec, '*', tags, options);
  return isVersionRange(spec) ? resolveRange(spec, spec, tags, options) : unknown(spec, tags);
};
