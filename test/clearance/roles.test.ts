import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { authorityOf, faultOfActor } from '../../engine/clearance/index.ts';
import {
  type Action,
  actions,
  type EnvironmentType,
  grantedTo,
  type Role,
  wordsOf,
} from '../../engine/config/index.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/roles.md'), 'utf8');

const roles: readonly Role[] = ['viewer', 'operator', 'developer', 'maintainer', 'admin'];
const types: readonly EnvironmentType[] = ['development', 'staging', 'production'];

const whereOf = (role: Role, action: Action): string => {
  const where = grantedTo(role, action);
  return where.length === 0 ? '-' : where.length === types.length ? 'everywhere' : where.join(', ');
};

/** The whole matrix, as people read it. */
const table = (): string =>
  [
    `| action | ${roles.join(' | ')} |`,
    `|---|${roles.map(() => '---|').join('')}`,
    ...actions.map(
      (action) => `| \`${action}\`: ${wordsOf[action]} | ${roles.map((role) => whereOf(role, action)).join(' | ')} |`,
    ),
  ].join('\n');

test('the table of the page is the table of the engine, for every role, action and type of environment', () => {
  const [, shown] = /<!-- roles:begin -->\n([\s\S]*?)\n<!-- roles:end -->/.exec(page) ?? [];
  expect(table()).toBe(shown);
});

const ground = (type: EnvironmentType, allowedRoles?: readonly Role[]) => ({ name: 'here', type, allowedRoles });
const teamOf = (entries: Readonly<Record<string, Role>>) => new Map(Object.entries(entries));

describe.each(roles)('a %s', (role) => {
  const authority = authorityOf(teamOf({ somebody: role }), teamOf({ somebody: role }));

  test.each(actions)('may %s exactly where the table says', (action) => {
    for (const type of types) {
      const fault = faultOfActor(authority, 'somebody', action, [ground(type)]);
      expect([type, fault === undefined]).toEqual([type, grantedTo(role, action).includes(type)]);
    }
    expect(faultOfActor(authority, 'somebody', action, []) === undefined).toBe(grantedTo(role, action).length > 0);
  });

  test.each(actions)('may not %s in one of several places that is closed to them', (action) => {
    const all = types.map((type) => ground(type));
    const everywhere = grantedTo(role, action).length === types.length;
    expect(faultOfActor(authority, 'somebody', action, all) === undefined).toBe(everywhere);
  });
});

test('whoever the team does not name may do nothing, and without a team everybody may do everything', () => {
  const authority = authorityOf(teamOf({ alice: 'admin' }), new Map());
  for (const action of actions) {
    expect(faultOfActor(authority, 'mallory', action, [])).toBe('has no role in the team');
    expect(faultOfActor(authorityOf(new Map(), new Map()), 'mallory', action, [ground('production')])).toBeUndefined();
  }
});

const team = fc.dictionary(fc.constantFrom('alice', 'bob', 'carol', '__proto__'), fc.constantFrom(...roles), {
  noNullPrototype: false,
});

test('of what is recorded and what is written, neither gives what the other does not', () => {
  fc.assert(
    fc.property(
      team,
      team,
      fc.constantFrom(...actions),
      fc.constantFrom(...types),
      (recorded, written, action, type) => {
        const both = authorityOf(teamOf(recorded), teamOf(written));
        for (const name of ['alice', 'bob', 'carol', '__proto__', 'mallory']) {
          if (faultOfActor(both, name, action, [ground(type)]) !== undefined) continue;
          for (const one of [recorded, written].map(teamOf).filter(({ size }) => size > 0)) {
            const role = one.get(name);
            expect(role && grantedTo(role, action).includes(type)).toBe(true);
          }
        }
      },
    ),
  );
});

test('a list of roles takes from whoever is not on it, gives nobody anything, and leaves approving and stopping alone', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...roles),
      fc.constantFrom(...actions),
      fc.constantFrom(...types),
      fc.subarray([...roles]),
      (role, action, type, allowed) => {
        const authority = authorityOf(teamOf({ somebody: role }), new Map());
        const may = faultOfActor(authority, 'somebody', action, [ground(type, allowed)]) === undefined;
        const isNarrowed = ['release', 'lift', 'override', 'emergency'].includes(action);
        expect(may).toBe(grantedTo(role, action).includes(type) && (!isNarrowed || allowed.includes(role)));
      },
    ),
  );
});
