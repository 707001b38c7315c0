import semver from 'semver';

/** A version's name as its tag has it, such as `v1.3.0`, with the semver it stands for. */
export interface VersionName {
  readonly name: string;
  readonly semver: string;
}

/** The version that a tag names, or undefined where the tag is no semantic version (a leading `v` is allowed). */
export const parseVersionName = (name: string): VersionName | undefined => {
  const parsed = semver.parse(name);
  // semver.parse forgives spaces and "=v1.2.3"; a tag is either exactly a version or it is none.
  return parsed && name.replace(/^v/, '') === parsed.raw.replace(/^v/, '')
    ? { name, semver: parsed.version }
    : undefined;
};

export const isPrerelease = (version: VersionName): boolean => semver.prerelease(version.semver) !== null;

export const compareVersions = (left: VersionName, right: VersionName): number =>
  semver.compareBuild(left.semver, right.semver) || (left.name < right.name ? -1 : left.name > right.name ? 1 : 0);

/** Orders two version names, where both are versions. */
export const isLower = (left: string, right: string): boolean => {
  const [a, b] = [parseVersionName(left), parseVersionName(right)];
  return a !== undefined && b !== undefined && compareVersions(a, b) < 0;
};

export const isExactVersion = (text: string): boolean => parseVersionName(text) !== undefined;

/** Whether a version is in a range. */
export const isInRange = (version: string, range: string): boolean =>
  semver.satisfies(version, range, { includePrerelease: true });

export const isVersionRange = (text: string): boolean => semver.validRange(text) !== null;

/** The highest version inside a range; prereleases count only where asked for. */
export const highestIn = (
  versions: readonly VersionName[],
  range: string,
  includePrerelease: boolean,
): VersionName | undefined =>
  versions
    .filter((version) => semver.satisfies(version.semver, range, { includePrerelease }))
    .sort(compareVersions)
    .at(-1);
