import { firesWithin, referencesIn } from '../config/index.ts';
import {
  canonicalJson,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type Timetable,
  valueAt,
} from '../values/index.ts';
import { deployedToIn } from './affects.ts';
import { gateLoosenings } from './loosening-gates.ts';

/** Whether a value is less strict after than before; `undefined` is a key that is not there. */
type IsLooser = (before: JsonValue | undefined, after: JsonValue | undefined) => boolean;

const off: IsLooser = (before, after) => before === true && after !== true;
const on: IsLooser = (before, after) => before !== true && after === true;
/** The same for what is on unless it is said. */
const offByDefaultOn: IsLooser = (before, after) => before !== false && after === false;
const onByDefaultOn: IsLooser = (before, after) => before === false && after !== false;

const number = (value: JsonValue | undefined, otherwise: number): number =>
  typeof value === 'number' ? value : otherwise;

/** A limit that is not given is none. */
const raised: IsLooser = (before, after) => number(after, Infinity) > number(before, Infinity);
/** What is demanded is nothing where it is not given. */
const lowered: IsLooser = (before, after) => number(after, 0) < number(before, 0);
/** What is kept for so long is kept for ever where it is not given. */
const shortened: IsLooser = (before, after) => number(after, Infinity) < number(before, Infinity);

/** The strictest first. What is in no order with the others is looser from wherever one comes. */
const ranked =
  (order: readonly string[], otherwise: string): IsLooser =>
  (before, after) => {
    const [from, to] = [before ?? otherwise, after ?? otherwise];
    if (from === to) return false;
    const [was, is] = [order.indexOf(String(from)), order.indexOf(String(to))];
    return was === -1 || is === -1 || is > was;
  };

/** Somebody or something more is let in; a list that is not given lets everybody in. */
const widened: IsLooser = (before, after) => {
  if (!Array.isArray(before)) return false;
  const known = new Set(before.map((one) => JSON.stringify(one)));
  return !Array.isArray(after) || after.some((one) => !known.has(JSON.stringify(one)));
};

const ordinary = ranked(['manual_approval', 'scheduled', 'auto_deploy'], 'auto_deploy');
/** An emergency skips gates, and what is no emergency needs no justification: only approvals are stricter than it. */
const freed: IsLooser = (before, after) => {
  if (before === after) return false;
  if (before === 'emergency') return after !== 'manual_approval';
  return after === 'emergency' || ordinary(before, after);
};

const drained: IsLooser = (before, after) => before !== 0 && after === 0;
/** What is another one, wherever one comes from; where it goes, that is told of the whole. */
const changedAtAll: IsLooser = (before, after) => before !== undefined && after !== undefined && before !== after;
const gone: IsLooser = (before, after) => before !== undefined && before !== null && (after ?? null) === null;

/** A limit that goes or becomes another one lets something through that it did not. */
const otherLimit: IsLooser = (before, after) => before !== undefined && before !== after;

type Table = readonly (readonly [path: string, isLooser: IsLooser])[];

const targetTable: Table = [
  ['enabled', onByDefaultOn],
  ['type', freed],
  ['deployment.max_deletes', raised],
  ['deployment.max_concurrent_deployments', raised],
  ['deployment.require_backup', offByDefaultOn],
  ['deployment.run_smoke_tests', offByDefaultOn],
  ['deployment.accept_unattributed', on],
  ['deployment.on_failure', ranked(['rollback', 'keep'], 'rollback')],
  ['gates.validation.enabled', offByDefaultOn],
  ['gates.validation.fail_on_warnings', off],
  ['gates.validation.check_dag_cycles', offByDefaultOn],
  ['gates.validation.check_node_schemas', offByDefaultOn],
  ['gates.validation.check_jsonpath', offByDefaultOn],
  ['gates.validation.check_node_registry', off],
  ['approvals.min_approvals', lowered],
  ['approvals.allowed_approvers', widened],
  ['approvals.allowed_roles', widened],
  ['approvals.timeout_hours', raised],
  ['approvals.auto_reject_on_timeout', off],
  ['approvals.for_rollback', off],
  ['approvals.separation_of_duties', ranked(['committers', 'requester', 'off'], 'off')],
  ['promotion', gone],
  ['promotion.from', changedAtAll],
  ['promotion.soak_hours', lowered],
  ['access.allowed_roles', widened],
  ['schedule', gone],
  ['triggers.on_version_tag', on],
  ['triggers.version_pattern', otherLimit],
  ['triggers.branch', otherLimit],
  ['emergency.require_justification', off],
  ['emergency.allowed_roles', widened],
  ['emergency.post_deploy_review', off],
];

const environmentTable: Table = [
  ['type', ranked(['production', 'staging', 'development'], 'development')],
  ['enabled', onByDefaultOn],
  ['require_approval', off],
  ['auto_deploy', on],
  ['access.require_mfa', off],
  ['access.ip_allowlist', widened],
  ['access.audit_all_actions', off],
];

const tables: Readonly<Record<string, Table>> = {
  target: targetTable,
  environment: environmentTable,
  gateway: [
    ['verify_ssl', offByDefaultOn],
    ['weight', drained],
  ],
  team: [['role', ranked(['viewer', 'operator', 'developer', 'maintainer', 'admin'], 'viewer')]],
  backups: [
    ['keep_last', lowered],
    ['max_age_days', shortened],
  ],
};

/** Lists whose entries are rules each: one that goes or changes may let something through. */
const listed: readonly (readonly [path: string, key: string])[] = [['smoke_tests', 'name']];

const at = (body: JsonObject, path: string): JsonValue | undefined => valueAt(body, path.split('.'));

const entriesAt = (body: JsonObject, path: string): readonly JsonObject[] => {
  const list = at(body, path);
  return Array.isArray(list) ? (list as readonly JsonValue[]).filter(isJsonObject) : [];
};

const listLoosenings = (before: JsonObject, after: JsonObject): readonly string[] =>
  listed.flatMap(([path, key]) => {
    const kept = new Map(entriesAt(after, path).map((entry) => [String(entry[key]), canonicalJson(entry)]));
    return entriesAt(before, path).flatMap((entry) => {
      const name = String(entry[key]);
      const now = kept.get(name);
      if (now === canonicalJson(entry)) return [];
      return [`${path}.${name} ${now === undefined ? 'removed' : 'changed'}`];
    });
  });

/** A window that forbids goes, or the first that allows does, or one more allows. */
const windowLoosenings = (before: JsonObject, after: JsonObject): readonly string[] => {
  const of = (body: JsonObject, kind: string): readonly string[] =>
    entriesAt(body, 'windows')
      .filter((window) => window.kind === kind)
      // Why there is one, and whom to ask, lets nothing through.
      .map(({ reason: _, owner: __, ...window }) => canonicalJson(window));
  const [denied, stillDenied] = [of(before, 'deny'), new Set(of(after, 'deny'))];
  const [allowed, nowAllowed] = [new Set(of(before, 'allow')), of(after, 'allow')];
  const opened = allowed.size > 0 && (nowAllowed.length === 0 || nowAllowed.some((window) => !allowed.has(window)));
  return [
    ...(denied.some((window) => !stillDenied.has(window)) ? ['windows: one that forbids is removed or changed'] : []),
    ...(opened ? ['windows: more time is allowed'] : []),
  ];
};

const shown = (value: JsonValue | undefined): string =>
  value === undefined || value === null ? 'none' : isJsonObject(value) ? 'changed' : JSON.stringify(value);

const timetableIn = (body: JsonObject): Timetable | undefined => {
  const schedule = at(body, 'schedule');
  if (schedule === undefined || !isJsonObject(schedule)) return undefined;
  return { cron: String(schedule.cron), timezone: String(schedule.timezone) };
};

/** Releases begin at times at which they did not before, or bring something else. */
const scheduleLoosenings = (before: JsonObject, after: JsonObject): readonly string[] => {
  const [was, is] = [timetableIn(before), timetableIn(after)];
  if (!was || !is) return [];
  const [named, names] = [at(before, 'schedule.version'), at(after, 'schedule.version')];
  return [
    ...(firesWithin(is, was) ? [] : ['schedule: releases begin at other times']),
    // Another version than was agreed to, or the newest in the place of one that was named.
    ...(named === names ? [] : [`schedule.version: ${shown(named)} → ${shown(names)}`]),
  ];
};

/**
 * A gateway that is not asked any more, or whose lacks stop nothing any more. No target is held to it: a gateway that is
 * gone would keep whoever takes it out of the file from ever releasing again.
 */
const gatewayLoosenings = (before: JsonObject, after: JsonObject): readonly string[] => {
  const kept = new Map((referencesIn(after) ?? []).map(({ id, weight }) => [id, weight]));
  return (referencesIn(before) ?? []).flatMap(({ id, weight }) => {
    if (!kept.has(id)) return [`gateways.${id} removed`];
    return kept.get(id) === 0 && weight !== 0 ? [`gateways.${id} drained`] : [];
  });
};

const targetLoosenings = [listLoosenings, gateLoosenings, windowLoosenings, scheduleLoosenings];

/** What of the rules that a target is held to is less strict after a change than before, one short text each. Pure. */
export const loosenedRules = (kind: string, before: JsonObject, after: JsonObject): readonly string[] => {
  const single = (tables[kind] ?? []).flatMap(([path, isLooser]) => {
    const [was, is] = [at(before, path), at(after, path)];
    return isLooser(was, is) ? [`${path}: ${shown(was)} → ${shown(is)}`] : [];
  });
  return kind === 'target' ? [...single, ...targetLoosenings.flatMap((of) => of(before, after))] : single;
};

/** Rules for change sets release to one more target by themselves. */
const deployingMore = (before: JsonObject = {}, after: JsonObject = {}): readonly string[] => {
  const known = new Set(deployedToIn(before));
  const more = [...new Set(deployedToIn(after))].filter((name) => !known.has(name));
  return more.length === 0 ? [] : [`auto_deploy_to: ${more.join(', ')} more`];
};

/**
 * What is less strict in a part of the configuration after a change than before, one short text each; empty where nothing
 * is. What was not there before has loosened nothing; with what goes, its rules go. Pure.
 */
export const loosenings = (
  address: string,
  before: JsonObject | undefined,
  after: JsonObject | undefined,
  { hadTeam, hasTeam }: { readonly hadTeam: boolean; readonly hasTeam: boolean } = { hadTeam: true, hasTeam: true },
): readonly string[] => {
  const [kind = ''] = address.split('.');
  if (kind === 'changeset_rules') return deployingMore(before, after);
  // Where nobody has a role, everybody may do everything: the first members take that from others.
  if (!before) return kind === 'team' && after && hadTeam ? ['one more member'] : [];
  if (kind === 'team' && !after) return hasTeam ? [] : ['nobody has a role any more, so everybody may do everything'];
  const hasRules = kind === 'target' || kind === 'environment';
  if (!after) return hasRules ? ['its rules go with it'] : [];
  return [...loosenedRules(kind, before, after), ...(hasRules ? gatewayLoosenings(before, after) : [])];
};
