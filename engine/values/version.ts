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

/** Which part of a version number rises. */
export type VersionPart = 'major' | 'minor' | 'patch';

/** Before 1.0.0 nothing is promised yet: there the second number says that something breaks. */
const isInitial = ({ semver: text }: VersionName): boolean => semver.major(text) === 0;

/** The next version after `base` whose number rises that far, spelled as `base` is. */
export const raiseVersion = (base: VersionName, part: VersionPart): VersionName => {
  const raised = semver.inc(base.semver, part === 'major' && isInitial(base) ? 'minor' : part);
  const version = parseVersionName(`${base.name.startsWith('v') ? 'v' : ''}${raised}`);
  if (!version) throw new Error(`${base.name} cannot be raised`);
  return version;
};

/** How far `version` rises above `base`, which must be lower; of a prerelease, what it is the prerelease of counts. */
export const riseOf = (base: VersionName, version: VersionName): VersionPart => {
  if (semver.major(version.semver) !== semver.major(base.semver)) return 'major';
  if (semver.minor(version.semver) === semver.minor(base.semver)) return 'patch';
  return isInitial(base) ? 'major' : 'minor';
};
