import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareVersions, parseVersionName, type VersionPart } from '../../engine/values/index.ts';
import { chooseNextVersion, type NextVersion } from '../../engine/versions/index.ts';

const named = (name: string) => {
  const version = parseVersionName(name);
  if (!version) throw new Error(name);
  return version;
};

/** The name that comes out, with how far it rises, or the code of what is wrong. */
const choose = (base: string | undefined, demanded: VersionPart, more: Partial<NextVersion> = {}): string => {
  const chosen = chooseNextVersion({
    ...{ base: base === undefined ? undefined : named(base), demanded, wish: {}, allowBreaking: false },
    ...{ versionPattern: 'v*.*.*', includePrerelease: false },
    ...more,
  });
  return chosen.ok
    ? `${chosen.value.version.name} ${chosen.value.bump ?? 'first'}`
    : (chosen.diagnostics[0]?.code ?? '');
};

describe('without a wish, the content gives the number', () => {
  test.each([
    ['v1.2.3', 'patch', 'v1.2.4 patch'],
    ['v1.2.3', 'minor', 'v1.3.0 minor'],
    ['v1.2.3', 'major', 'v2.0.0 major'],
    ['1.2.3', 'minor', '1.3.0 minor'],
    ['v1.2.3+build', 'patch', 'v1.2.4 patch'],
    // Before 1.0.0 the second number says that something breaks.
    ['v0.4.1', 'major', 'v0.5.0 major'],
    ['v0.4.1', 'minor', 'v0.5.0 minor'],
    ['v0.4.1', 'patch', 'v0.4.2 patch'],
  ] as const)('%s and %s give %s', (base, demanded, expected) => expect(choose(base, demanded)).toBe(expected));

  test('and where there is no version yet, it begins with 1.0.0, spelled as the pattern says', () => {
    expect(choose(undefined, 'minor')).toBe('v1.0.0 first');
    expect(choose(undefined, 'minor', { versionPattern: '*.*.*' })).toBe('v1.0.0 first');
    expect(choose(undefined, 'minor', { versionPattern: '[0-9]*' })).toBe('1.0.0 first');
  });
});

describe('a wish', () => {
  const wish = (version: string, more: Partial<NextVersion> = {}) =>
    choose('v1.2.3', 'minor', { wish: { version }, ...more });

  test('is taken where it rises far enough', () => {
    expect(wish('v1.3.0')).toBe('v1.3.0 minor');
    expect(wish('v1.9.0')).toBe('v1.9.0 minor');
    expect(wish('v3.0.0')).toBe('v3.0.0 major');
    expect(choose('v1.2.3', 'minor', { wish: { bump: 'major' } })).toBe('v2.0.0 major');
    expect(choose(undefined, 'minor', { wish: { version: 'v0.1.0' } })).toBe('v0.1.0 first');
  });

  test('is refused where it rises too little, unless somebody says that this is right', () => {
    expect(wish('v1.2.4')).toBe('version-bump-too-low');
    expect(choose('v1.2.3', 'minor', { wish: { bump: 'patch' } })).toBe('version-bump-too-low');
    expect(wish('v1.2.4', { allowBreaking: true })).toBe('v1.2.4 patch');
    expect(choose('v0.4.1', 'major', { wish: { version: 'v0.4.2' } })).toBe('version-bump-too-low');
    expect(choose('v0.4.1', 'major', { wish: { version: 'v0.5.0' } })).toBe('v0.5.0 major');
  });

  test('is refused where it is no version that would be found, or none that comes after', () => {
    for (const version of [
      'v1.2.3',
      'v1.0.0',
      'v1.3',
      'latest',
      '',
      '-v1.3.0',
      '1.3.0',
      'v1.3.0-rc.1',
      'v1.2.3-rc.1',
    ]) {
      expect([version, wish(version, { allowBreaking: true })]).toEqual([version, 'version-not-usable']);
    }
  });

  test('may be a prerelease where those count, and rises as far as what it precedes', () => {
    expect(wish('v1.3.0-rc.1', { includePrerelease: true })).toBe('v1.3.0-rc.1 minor');
    expect(wish('v1.2.4-rc.1', { includePrerelease: true })).toBe('version-bump-too-low');
    expect(wish('v2.0.0-beta.1', { includePrerelease: true })).toBe('v2.0.0-beta.1 major');
  });
});

test('whatever is demanded, what comes out is higher and rises at least that far', () => {
  const number = fc.nat({ max: 30 });
  const parts = fc.constantFrom<VersionPart>('major', 'minor', 'patch');
  fc.assert(
    fc.property(number, number, number, parts, fc.option(parts), (major, minor, patch, demanded, bump) => {
      const base = named(`v${major}.${minor}.${patch}`);
      const next = { base, demanded, allowBreaking: false, versionPattern: '*', includePrerelease: false };
      const chosen = chooseNextVersion({ ...next, wish: { bump: bump ?? undefined } });
      if (!chosen.ok) return;
      expect(compareVersions(chosen.value.version, base)).toBeGreaterThan(0);
      // Asked for by its number instead, it is judged alike.
      const again = chooseNextVersion({ ...next, wish: { version: chosen.value.version.name } });
      expect(again.ok && again.value.version).toEqual(chosen.value.version);
    }),
  );
});
