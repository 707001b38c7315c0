import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { compareVersions, parseVersionName } from '../../engine/values/index.ts';
import { resolveVersion, type TaggedVersion } from '../../engine/versions/index.ts';
import { parseTags } from '../../engine/versions/tags.ts';

const tag = (name: string, commit = `commit of ${name}`): TaggedVersion => {
  const version = parseVersionName(name);
  if (!version) throw new Error(`${name} is no version`);
  return { version, commit, treeId: `tree of ${name}` };
};

const tags = ['v1.2.0', 'v1.10.0', 'v1.3.0', 'v2.0.0-beta.1', '1.4.0'].map((name) => tag(name));

const resolve = (
  spec: string,
  { from = tags as readonly TaggedVersion[], avoided = [] as readonly string[], includePrerelease = false } = {},
): string => {
  const outcome = resolveVersion(spec, from, { avoided: new Set(avoided), includePrerelease });
  const [first] = outcome.diagnostics;
  return outcome.ok ? outcome.value.version.name : `${first?.code}: ${first?.detail} ${first?.hint ?? ''}`;
};

describe('an exact version', () => {
  it('is found by the name of its tag', () => expect(resolve('v1.3.0')).toBe('v1.3.0'));
  it('is found with or without the leading v', () => {
    expect(resolve('1.3.0')).toBe('v1.3.0');
    expect(resolve('v1.4.0')).toBe('1.4.0');
  });
  it('may be a prerelease', () => expect(resolve('v2.0.0-beta.1')).toBe('v2.0.0-beta.1'));
  it('may be avoided: whoever names it gets to see why it is blocked', () =>
    expect(resolve('v1.3.0', { avoided: ['v1.3.0'] })).toBe('v1.3.0'));
  it('that does not exist is answered with what there is, newest first', () =>
    expect(resolve('v1.3.1')).toBe(
      'version-unknown: No version matches "v1.3.1". Did you mean "v1.3.0"? There is v2.0.0-beta.1, v1.10.0, 1.4.0, v1.3.0, v1.2.0.',
    ));
  it('in a clone without tags is answered with how to get them', () =>
    expect(resolve('v9.9.9', { from: [] })).toMatch(/^version-unknown: .*git fetch --tags/s));
});

test('tags that the pattern passed over are counted where it left none', () => {
  const line = (name: string) => `refs/tags/${name}\0commit\0id\0tree\0\0\0`;
  const from = parseTags(`${['v1.0.0', 'v1.1.0', 'nightly'].map(line).join('\n')}\n`, {
    versionPattern: 'r*',
    includePrerelease: false,
  });
  expect(resolve('latest', { from })).toMatch(
    /^version-unknown: No version matches "latest"\. All 3 tags are passed over: .*"r\*"/,
  );
});

describe('a range', () => {
  it('takes the highest version by number, not by letter', () => expect(resolve('^1.2')).toBe('v1.10.0'));
  it('stays inside its bounds', () => expect(resolve('~1.3.0')).toBe('v1.3.0'));
  it('skips what is avoided', () => expect(resolve('^1.2', { avoided: ['v1.10.0'] })).toBe('1.4.0'));
  it('takes a prerelease only where those are included', () => {
    expect(resolve('>=1.0.0')).toBe('v1.10.0');
    expect(resolve('>=1.0.0', { includePrerelease: true })).toBe('v2.0.0-beta.1');
  });
  it('that nothing matches is an unknown version', () => expect(resolve('^7')).toMatch(/^version-unknown/));
  it('whose every match is avoided says which they are', () =>
    expect(resolve('~1.3.0', { avoided: ['v1.3.0', 'v1.2.0'] })).toMatch(
      /^version-all-avoided: Every version that matches "~1.3.0" is avoided here or deprecated: v1.3.0\. /,
    ));
  it('is unknown where it is no range at all', () => expect(resolve('newest')).toMatch(/^version-unknown/));
});

describe('latest', () => {
  it('is the highest release', () => expect(resolve('latest')).toBe('v1.10.0'));
  it('is whatever rules there are, always the highest that is neither avoided nor a prerelease', () => {
    const version = fc.tuple(fc.nat(5), fc.nat(20), fc.nat(20)).map((numbers) => `v${numbers.join('.')}`);
    fc.assert(
      fc.property(fc.uniqueArray(version, { maxLength: 20 }), fc.func(fc.boolean()), (names, isAvoided) => {
        const from = names.map((name) => tag(name));
        const avoided = names.filter((name) => isAvoided(name));
        const free = from.filter((one) => !avoided.includes(one.version.name)).map((one) => one.version);
        const highest = free.sort(compareVersions).at(-1)?.name;
        const found = resolve('latest', { from, avoided });
        if (highest) expect(found).toBe(highest);
        else expect(found).toMatch(names.length > 0 ? /^version-all-avoided/ : /^version-unknown/);
      }),
    );
  });
});

describe('two tags of one version', () => {
  const twins = [tag('v1.0.0', 'one'), tag('v1.2.0', 'one'), tag('1.2.0', 'another')];
  it('are refused where the choice falls on them', () => {
    expect(resolve('latest', { from: twins })).toMatch(/^version-ambiguous: The tags 1\.2\.0 and v1\.2\.0/);
    expect(resolve('~1.0.0', { from: twins })).toBe('v1.0.0');
  });
  it('are told apart by their exact names', () => expect(resolve('1.2.0', { from: twins })).toBe('1.2.0'));
  it('may both be there when they lead to one commit', () =>
    expect(resolve('latest', { from: [tag('v1.2.0', 'one'), tag('1.2.0', 'one')] })).toMatch(/1\.2\.0$/));
});
