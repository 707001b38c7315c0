import { type ValueChange, valueDifferenceOf } from '../artifacts/index.ts';
import { noApprovals, rulesIn } from '../config/index.ts';
import type { DeclaredRecord } from '../state/index.ts';
import {
  compareBytes,
  type Digest,
  digestOf,
  isJsonObject,
  isSecretName,
  type JsonObject,
  type JsonValue,
  mask,
} from '../values/index.ts';
import { createAffects, type Declared } from './affects.ts';
import { approvalsNeeded } from './approvals.ts';
import type { Action, Block, ConfigurationChange, ConfigurationSection, WithheldChange } from './document.ts';
import { loosenings } from './loosening.ts';
import { stricterApprovals } from './strict-rules.ts';

/** A change together with what would be recorded; undefined for a deletion. */
export interface PlannedChange {
  readonly change: ConfigurationChange;
  readonly body: JsonObject | undefined;
}

/** Which targets a plan covers. */
export interface Scope {
  /** The targets with a section of their own. */
  readonly targets: ReadonlySet<string>;
  /** No target was named: what affects others, or nobody, is covered too. */
  readonly all: boolean;
}

/** What a plan makes of the difference between the file and what is recorded. */
export interface ConfigurationPlan {
  readonly recorded: readonly DeclaredRecord[];
  readonly declared: readonly Declared[];
  /** What affects one target of the plan alone, by its name. */
  readonly own: ReadonlyMap<string, readonly PlannedChange[]>;
  readonly shared: readonly PlannedChange[];
  readonly withheld: readonly WithheldChange[];
  /** What is in effect for the targets of the plan, by address: a change that is withheld is not. */
  readonly effective: ReadonlyMap<string, JsonObject>;
  /** The targets with a section of their own. */
  readonly covers: ReadonlySet<string>;
  /** No target was named. */
  readonly all: boolean;
}

const shownVariables = (variables: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, isSecretName(name) ? mask : value]));

/** A body as it may be shown: a variable stands under its own name, and what sounds secret is masked. */
export const shownBody = (address: string, body: JsonObject): JsonObject => {
  const [kind, ...name] = address.split('.');
  if (kind === 'variable') return shownVariables({ [name.join('.')]: body.value ?? null });
  return isJsonObject(body.variables) ? { ...body, variables: shownVariables(body.variables) } : body;
};

const short = (value: JsonValue | undefined): string => {
  const text = value === undefined || value === null ? 'none' : JSON.stringify(value);
  return text.length <= 40 ? text : `${text.slice(0, 39).toWellFormed()}…`;
};

const isPlain = ({ before, after, text }: ValueChange): boolean =>
  !text && [before, after].every((value) => value === undefined || value === null || typeof value !== 'object');

/** One change is told as it is, several by how many they are. */
const reasonFor = (detail: readonly ValueChange[]): string => {
  const [only] = detail;
  if (!only) return 'a value that is not shown changed';
  if (detail.length > 1) return `${detail.length} settings changed`;
  return isPlain(only) ? `${only.path}: ${short(only.before)} → ${short(only.after)}` : `${only.path} ${only.action}`;
};

interface Sides {
  readonly before: DeclaredRecord | undefined;
  readonly after: { readonly body: JsonObject; readonly digest: Digest } | undefined;
  /** What is less strict afterwards. */
  readonly loosens: readonly string[];
}

const describe = async (
  address: string,
  { before, after, loosens }: Sides,
  affects: readonly string[],
): Promise<PlannedChange> => {
  const detail =
    before && after && (await valueDifferenceOf(shownBody(address, before.body), shownBody(address, after.body)));
  const action: Action = before ? (after ? 'update' : 'delete') : 'create';
  return {
    change: {
      address,
      actions: [action],
      reason: detail ? reasonFor(detail) : after ? 'new in the configuration' : 'not in the configuration',
      before_digest: before?.digest ?? null,
      after_digest: after?.digest ?? null,
      detail: detail ?? null,
      loosens,
      affects,
    },
    body: after?.body,
  };
};

const order: Readonly<Record<Action, number>> = { delete: 0, update: 1, create: 2, 'no-op': 3 };

const byOrder = ({ change: left }: PlannedChange, { change: right }: PlannedChange): number =>
  order[left.actions[0] ?? 'no-op'] - order[right.actions[0] ?? 'no-op'] || compareBytes(left.address, right.address);

/** A target that names no gateways has those of its environment. */
const withInherited = (
  body: JsonObject | undefined,
  entries: ReadonlyMap<string, { readonly body: JsonObject }>,
): JsonObject | undefined => {
  if (!body || body.environment === undefined || body.gateways !== undefined) return body;
  const inherited = entries.get(`environment.${String(body.environment)}`)?.body.gateways;
  return inherited === undefined ? body : { ...body, gateways: inherited };
};

/** Every part that the file has otherwise than it was recorded: destructive first, by address within each. */
const changesOf = async (
  recorded: readonly DeclaredRecord[],
  declared: readonly Declared[],
): Promise<readonly PlannedChange[]> => {
  const before = new Map(recorded.map((one) => [one.address, one]));
  const after = new Map(declared.map((one) => [one.address, { ...one, digest: digestOf(one.body) }]));
  const addresses = [...new Set([...before.keys(), ...after.keys()])];
  const differing = addresses.filter((address) => before.get(address)?.digest !== after.get(address)?.digest);
  if (differing.length === 0) return [];
  const affects = createAffects(recorded, declared);
  const hadTeam = recorded.some(({ address }) => address.startsWith('team.'));
  const hasTeam = declared.some(({ address }) => address.startsWith('team.'));
  const changes = await Promise.all(
    differing.map((address) => {
      const sides = { before: before.get(address), after: after.get(address) };
      const [was, is] = [withInherited(sides.before?.body, before), withInherited(sides.after?.body, after)];
      const loosens = loosenings(address, was, is, { hadTeam, hasTeam });
      return describe(address, { ...sides, loosens }, affects(address));
    }),
  );
  return changes.sort(byOrder);
};

const effectiveBodies = (
  recorded: readonly DeclaredRecord[],
  declared: readonly Declared[],
  withheld: readonly WithheldChange[],
): ReadonlyMap<string, JsonObject> => {
  const effective = new Map(declared.map(({ address, body }) => [address, body]));
  const waiting = new Set(withheld.map(({ address }) => address));
  for (const { address, body } of recorded) {
    // What is new takes nothing away from anybody: whoever is released uses it, and it is recorded later.
    if (waiting.has(address)) effective.set(address, body);
  }
  return effective;
};

/**
 * Whether it makes something less strict for targets of which none has a section, because all are disabled: who may not
 * release them could else loosen their rules by disabling them for a while. What is taken away whole needs leave of its own.
 */
const loosensBehindBacks = ({ change }: PlannedChange, { targets }: Scope): boolean =>
  change.loosens.length > 0 &&
  !change.actions.includes('delete') &&
  change.affects.length > 0 &&
  !change.affects.some((name) => targets.has(name));

/**
 * Compares the file with what is recorded, and says of each change who carries it out: the section of the one target that
 * it affects, the configuration section where the plan covers everybody it affects, or a later plan. Pure.
 */
export const planConfiguration = async (
  recorded: readonly DeclaredRecord[],
  declared: readonly Declared[],
  scope: Scope,
): Promise<ConfigurationPlan> => {
  const own = new Map<string, PlannedChange[]>();
  const shared: PlannedChange[] = [];
  const withheld: WithheldChange[] = [];
  const governed = new Set(recorded.map(({ address }) => address));
  for (const planned of await changesOf(recorded, declared)) {
    const { affects, address } = planned.change;
    const outside = affects.filter((name) => !scope.targets.has(name));
    // Who is who is never one target's affair, and is recorded where a plan covers everybody: by somebody who manages.
    const isTeam = address.startsWith('team.');
    const [only] = affects.length === 1 && !isTeam ? affects : [];
    // Of those who share something, one that was never recorded has no rules, and runs nothing that could change.
    const waitsFor = only === undefined && !isTeam ? outside.filter((name) => governed.has(`target.${name}`)) : outside;
    if (only !== undefined && outside.length === 0) own.set(only, [...(own.get(only) ?? []), planned]);
    else if (waitsFor.length === 0 || (scope.all && !loosensBehindBacks(planned, scope))) shared.push(planned);
    else withheld.push({ ...planned.change, waits_for: waitsFor });
  }
  const effective = effectiveBodies(recorded, declared, withheld);
  return { recorded, declared, own, shared, withheld, effective, covers: scope.targets, all: scope.all };
};

const removesPlaces = ({ change }: PlannedChange): boolean =>
  change.actions.includes('delete') && /^(environment|target)\./.test(change.address);

const deletesToAllow = (changes: readonly PlannedChange[], allowDeletes: boolean): readonly Block[] => {
  const removed = changes.filter(removesPlaces).map(({ change }) => change.address);
  if (allowDeletes || removed.length === 0) return [];
  return [
    {
      code: 'configuration-deletes',
      reason: `It would forget ${removed.join(', ')}; nothing of a database is dropped by that.`,
      remedy: 'm3forge plan --allow-deletes --out plan.json',
    },
  ];
};

/** What goes into effect with releases alone, under the digests of those, as long as it is only new. */
export const isInert = ({ change: { address, actions } }: PlannedChange): boolean =>
  actions.includes('create') && /^(source$|(environment|gateway|variable|provider)\.)/.test(address);

/** The strictest that the recorded targets ask for; in development everybody serves themselves. */
const approvalsOf = ({ shared, recorded }: ConfigurationPlan, heldTo: readonly string[]) => {
  if (shared.every(isInert)) return approvalsNeeded(noApprovals, 'release');
  const bodies = new Map(recorded.map(({ address, body }) => [address, body]));
  const rules = heldTo.flatMap((name) => {
    const body = bodies.get(`target.${name}`);
    const type = bodies.get(`environment.${String(body?.environment)}`)?.type;
    return body && type !== 'development' ? [rulesIn(body).approvals] : [];
  });
  return approvalsNeeded(rules.reduce(stricterApprovals, noApprovals), 'release');
};

/** Raised when the meaning of a digested field changes. */
const configurationFormat = 1;

/** Seals what affects several targets into a section; null where there is nothing. */
export const configurationSection = (
  lineage: string,
  configuration: ConfigurationPlan,
  allowDeletes: boolean,
): ConfigurationSection | null => {
  const { shared, recorded } = configuration;
  if (shared.length === 0) return null;
  const known = new Set(recorded.map(({ address }) => address));
  const heldTo = [...new Set(shared.flatMap(({ change }) => change.affects))]
    .filter((name) => known.has(`target.${name}`))
    .sort();
  const covered = { changes: shared.map(({ change }) => change), allow_deletes: allowDeletes };
  // Whose rules hold follows from the changes and from what is recorded; targets of the same plan are recorded before.
  const digest = digestOf({
    format: configurationFormat,
    lineage,
    ...covered,
    // How many approvals that means follows with them, and is counted anew each time.
    approvals: 0,
  } as unknown as JsonObject);
  return {
    digest,
    held_to: heldTo,
    ...covered,
    ...approvalsOf(configuration, heldTo),
    blocks: deletesToAllow(shared, allowDeletes),
  };
};
