import { type Bump, compareBumps } from '../artifacts/index.ts';
import { type Diagnostic, failure, type Outcome, problem, success } from '../diagnostics/index.ts';
import {
  compareVersions,
  globMatcher,
  isPrerelease,
  parseVersionName,
  raiseVersion,
  riseOf,
  type VersionName,
} from '../values/index.ts';
import type { TagSelection } from './tags.ts';

/** What is known where the next version gets its number. */
export interface NextVersion extends TagSelection {
  /** The version that the new one follows; undefined where there is none before it. */
  readonly base: VersionName | undefined;
  /** How far the content says that the number must rise. */
  readonly demanded: Bump;
  /** The number, or how far it is to rise, as somebody asked for. */
  readonly wish: { readonly version?: string | undefined; readonly bump?: Bump | undefined };
  /** A number that rises less than the content demands is taken all the same. */
  readonly allowBreaking: boolean;
}

/** A number for the next version. */
export interface ChosenVersion {
  readonly version: VersionName;
  /** How far it really rises; undefined for the first version. */
  readonly bump: Bump | undefined;
}

const first = ({ versionPattern }: TagSelection): VersionName => {
  const name = globMatcher([versionPattern])('v1.0.0') ? 'v1.0.0' : '1.0.0';
  return { name, semver: '1.0.0' };
};

const notUsable = (version: string, why: string, hint: string): Diagnostic =>
  problem('version-not-usable', { detail: `${version} cannot be the next version: ${why}.`, hint });

/** The name that was asked for, as far as it can be one at all. */
const checkName = (wanted: string, { base, versionPattern, includePrerelease }: NextVersion): Outcome<VersionName> => {
  const version = parseVersionName(wanted);
  if (!version) {
    return failure([notUsable(`"${wanted}"`, 'it is no semantic version', 'Write a version such as v1.3.0.')]);
  }
  if (!globMatcher([versionPattern])(wanted)) {
    const why = `source.version_pattern is "${versionPattern}", and its tag would be passed over`;
    return failure([notUsable(wanted, why, 'Spell it as the pattern says.')]);
  }
  if (isPrerelease(version) && !includePrerelease) {
    const hint = 'Set source.include_prerelease: true, or name the version without its last part.';
    return failure([notUsable(wanted, 'it is a prerelease, and those are passed over', hint)]);
  }
  if (base && compareVersions(version, base) <= 0) {
    const hint = 'A version that follows another has the higher number.';
    return failure([notUsable(wanted, `it is not higher than ${base.name}, which it follows`, hint)]);
  }
  return success(version);
};

const tooLow = ({ name }: VersionName, bump: Bump, base: VersionName, demanded: Bump): Diagnostic =>
  problem('version-bump-too-low', {
    detail: `${name} is a ${bump} version after ${base.name}, and what changed demands a ${demanded} one.`,
    hint: `Leave the number to m3forge, or name ${raiseVersion(base, demanded).name}. Where you know better, say why:\n\n    m3forge version create ${name} --allow-breaking --reason TEXT`,
  });

/** The number of the next version: what was asked for, where the content allows it, or else what the content demands. Pure. */
export const chooseNextVersion = (next: NextVersion): Outcome<ChosenVersion> => {
  const { base, demanded, wish, allowBreaking } = next;
  const wanted = wish.version === undefined ? undefined : checkName(wish.version, next);
  if (wanted && !wanted.ok) return wanted;
  if (base === undefined) return success({ version: wanted?.value ?? first(next), bump: undefined });
  const version = wanted?.value ?? raiseVersion(base, wish.bump ?? demanded);
  const bump = wanted ? riseOf(base, version) : (wish.bump ?? demanded);
  if (compareBumps(bump, demanded) < 0 && !allowBreaking) return failure([tooLow(version, bump, base, demanded)]);
  return success({ version, bump });
};
