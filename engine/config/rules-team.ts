import { type Diagnostic, problem, warning } from '../diagnostics/index.ts';
import { canonicalJson, type StructuralPath } from '../values/index.ts';
import { isActor } from './approvals.ts';
import type { Config } from './config.ts';
import { entriesOf } from './named-entries.ts';
import { type Action, isRole, type Role, rolesFor, rolesIn } from './roles.ts';
import type { Rule, Subject } from './subject.ts';
import { roleSpellings } from './team.ts';

const membersAreNames: Rule = ({ config }) =>
  [...config.team.values()]
    .filter(({ name }) => !isActor(name))
    .map(({ at }) =>
      problem('config-team', {
        detail: "This is nobody's name: it is empty, too long, or has a space at an end.",
        range: at([]),
      }),
    );

/** Without one, nobody could ever change who is who. */
const someoneManages: Rule = ({ config, written, document }) => {
  const members = [...config.team.values()];
  // Whoever has a role that does not exist may be meant to be one.
  if (entriesOf(written.team).some(([, { role }]) => !isRole(role))) return [];
  if (members.length === 0 || members.some(({ role }) => role === 'admin')) return [];
  return [
    problem('config-team', {
      detail: 'Nobody of the team is an admin, so nobody could change it any more.',
      range: document.locate(['team']),
      hint: 'Give one of them `role: admin`.',
    }),
  ];
};

const emailsAreUnique: Rule = ({ config }) => {
  const owners = new Map<string, string>();
  return [...config.team.values()].flatMap(({ name, email, at }): readonly Diagnostic[] => {
    if (email === undefined) return [];
    const key = email.toLowerCase();
    const owner = owners.get(key);
    owners.set(key, owner ?? name);
    if (owner === undefined) return [];
    return [
      problem('config-team', {
        detail: `"${owner}" and "${name}" have one address, so nobody knows whose commits those are.`,
        range: at(['email']),
      }),
    ];
  });
};

interface Listed {
  /** Such as `The target "production"`. */
  readonly owner: string;
  readonly path: StructuralPath;
  readonly written: unknown;
  readonly action: Action;
  readonly type: Parameters<typeof rolesFor>[1];
}

const typeOf = (config: Config, environment: string): Listed['type'] =>
  config.environments.get(environment)?.type ?? 'development';

/** Every list of roles in the file, with what it is about. */
const listsOf = ({ config, written }: Subject): readonly Listed[] => [
  ...entriesOf(written.environments).flatMap(([name, entry]) =>
    roleSpellings(entry).map(({ path, roles }): Listed => {
      const about = { owner: `The environment "${name}"`, action: 'release', type: typeOf(config, name) } as const;
      return { ...about, path: ['environments', name, ...path], written: roles };
    }),
  ),
  ...entriesOf(written.targets).flatMap(([name, entry]) => {
    const about = { owner: `The target "${name}"`, type: typeOf(config, entry.environment ?? '') };
    const listed = roleSpellings(entry).map(
      ({ path, roles }): Listed => ({ ...about, action: 'release', path: ['targets', name, ...path], written: roles }),
    );
    const others: readonly (readonly [Action, StructuralPath, unknown])[] = [
      ['approve', ['approvals', 'allowed_roles'], entry.approvals?.allowed_roles],
      ['emergency', ['emergency', 'allowed_roles'], entry.emergency?.allowed_roles],
    ];
    return [
      ...listed,
      ...others.flatMap(([action, inside, roles]): readonly Listed[] =>
        roles === undefined ? [] : [{ ...about, action, path: ['targets', name, ...inside], written: roles }],
      ),
    ];
  }),
];

const verbs: Readonly<Partial<Record<Action, string>>> = {
  release: 'release there',
  approve: 'approve there',
  emergency: 'declare an emergency there',
};

/** The stricter holds: a role that may not do it by the table is not let in by a list. */
const rolesWouldDo: Rule = (subject) =>
  listsOf(subject).flatMap(({ owner, path, written, action, type }): readonly Diagnostic[] => {
    const able = rolesFor(action, type);
    const listed = rolesIn(written) ?? [];
    const idle = listed.filter((role) => !able.includes(role));
    if (idle.length === 0) return [];
    const range = subject.document.locate(path);
    if (idle.length === listed.length) {
      const detail = `${owner} lets in nobody who may ${verbs[action]}: in ${type} that is ${able.join(', ')}.`;
      return [problem('config-team', { detail, range })];
    }
    return [
      warning('config-role-idle', {
        detail: `${owner} names ${idle.join(' and ')}, whose role may not ${verbs[action]}: in ${type} that is ${able.join(', ')}.`,
        range,
        hint: 'The stricter holds. What each role may do stands in docs/roles.md.',
      }),
    ];
  });

const listsNeedTeam: Rule = (subject) =>
  subject.config.team.size > 0
    ? []
    : listsOf(subject)
        .filter(({ action }) => action !== 'emergency')
        .map(({ owner, path }) =>
          problem('config-team', {
            detail: `${owner} asks for a role, and nobody has one.`,
            range: subject.document.locate(path),
            hint: 'Say under `team` who has which role.',
          }),
        );

const spellingsAgree: Rule = ({ written, document }) =>
  (
    [
      ['environments', entriesOf(written.environments)],
      ['targets', entriesOf(written.targets)],
    ] as const
  ).flatMap(([part, entries]) =>
    entries.flatMap(([name, entry]): readonly Diagnostic[] => {
      const [first, other] = roleSpellings(entry);
      if (!first || !other) return [];
      if (canonicalJson([...(rolesIn(first.roles) ?? [])]) === canonicalJson([...(rolesIn(other.roles) ?? [])])) {
        return [];
      }
      return [
        problem('config-alias-conflict', {
          detail: `This says something else than \`${[part, name, ...first.path].join('.')}\`, and both mean the same key.`,
          range: document.locate([part, name, ...other.path]),
          hint: 'Keep one of the two.',
        }),
      ];
    }),
  );

/** Who may approve a target by the team, of those whom it names. */
const mayApprove = (config: Config, target: Config['targets'] extends ReadonlyMap<string, infer T> ? T : never) => {
  const able = rolesFor('approve', typeOf(config, target.environment));
  const { allowedRoles } = target.approvals;
  const hasRole = (role: Role): boolean => able.includes(role) && (allowedRoles?.includes(role) ?? true);
  const members = [...config.team.values()].filter(({ role }) => isRole(role) && hasRole(role));
  const names = new Set(members.map(({ name }) => name));
  return target.approvals.allowedApprovers?.filter((name) => names.has(name)) ?? [...names];
};

/** With fewer people of the right role than approvals, no release would ever start. */
const enoughMayApprove: Rule = (subject) => {
  const { config } = subject;
  if (config.team.size === 0) return [];
  return [...config.targets.values()].flatMap((target): readonly Diagnostic[] => {
    const { min, allowedApprovers } = target.approvals;
    if (min === 0 || (allowedApprovers && allowedApprovers.length < min)) return [];
    const able = mayApprove(config, target);
    if (able.length >= min) return [];
    const who = able.length === 0 ? 'nobody' : `only ${able.join(', ')}`;
    return [
      problem('config-approvals', {
        detail: `The target "${target.name}" needs ${min} approvals by different people, and of the team ${who} may approve.`,
        range: target.at(['approvals']),
        hint: 'Name more people, give them another role, or ask for fewer approvals.',
      }),
    ];
  });
};

export const teamRules: readonly Rule[] = [
  membersAreNames,
  someoneManages,
  emailsAreUnique,
  rolesWouldDo,
  listsNeedTeam,
  spellingsAgree,
  enoughMayApprove,
];
