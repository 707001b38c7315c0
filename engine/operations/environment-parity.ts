import {
  type EnvironmentConfig,
  gatewaysWithin,
  requiredGates,
  type TargetConfig,
  winnersOf,
} from '../config/index.ts';
import { type Diagnostic, type Outcome, success } from '../diagnostics/index.ts';
import { readGateways } from '../gateways/index.ts';
import { distinct, requireEnvironment, shown, targetsOf, viewOf } from './environments.ts';
import { openEach } from './open-gateways.ts';
import { type OperationContext, type Session, withSession } from './session.ts';

/** One thing that two environments should have in common and have not. */
export interface ParityDifference {
  /** Such as `gateway version`, `schema version`, `variable LOG_LEVEL`, `deployment.max_deletes`. */
  readonly what: string;
  /** Null where an environment has nothing of the kind. */
  readonly left: string | null;
  readonly right: string | null;
}

export interface Parity {
  readonly left: string;
  readonly right: string;
  readonly differences: readonly ParityDifference[];
}

/** One side of a comparison: by what is compared, its value as text. */
type Aspects = ReadonlyMap<string, string>;

const joined = (values: readonly (string | number | boolean)[]): string =>
  [...distinct(values.map(String))].sort().join(', ');

/** Windows in their words, whatever why and whose they are; recorded ones are of no file. */
const windowsOf = ({ windows }: TargetConfig): string => {
  const each = windows.flat().map(({ kind, cron, timezone, duration, onBoundary }) => {
    const end = onBoundary === 'finish' ? '' : `, ${onBoundary}`;
    return `${kind} ${cron} (${timezone}) for ${duration}${end}`;
  });
  return each.join('; ') || 'none';
};

const named = (names: readonly string[] | undefined, otherwise: string): string => names?.join(', ') ?? otherwise;

/** Who must agree to a release, when one may begin, from where a version comes, and who may do anything there. */
const rules: readonly (readonly [string, (target: TargetConfig) => string | number | boolean])[] = [
  ['approvals.min_approvals', ({ approvals }) => approvals.min],
  ['approvals.allowed_approvers', ({ approvals }) => named(approvals.allowedApprovers, 'anybody')],
  ['approvals.allowed_roles', ({ approvals }) => named(approvals.allowedRoles, 'any')],
  ['approvals.timeout_hours', ({ approvals }) => approvals.timeoutHours ?? 'unlimited'],
  ['approvals.auto_reject_on_timeout', ({ approvals }) => approvals.rejectsWhenDue],
  ['approvals.for_rollback', ({ approvals }) => approvals.forRollback],
  ['approvals.separation_of_duties', ({ approvals }) => approvals.separation],
  ['windows', windowsOf],
  [
    'promotion',
    ({ promotions }) =>
      promotions.map(({ from, soakHours }) => `from ${from} after ${soakHours} h`).join('; ') || 'none',
  ],
  ['access.allowed_roles', ({ allowedRoles }) => named(allowedRoles, 'any')],
];

/** What bounds releases and executions; the targets of an environment may differ among themselves. */
const limitsOf = (targets: readonly TargetConfig[]): Aspects => {
  const each: readonly (readonly [string, (target: TargetConfig) => string | number | boolean])[] = [
    ['deployment.timeout_seconds', ({ deployment }) => deployment.timeoutSeconds],
    ['deployment.max_deletes', ({ deployment }) => deployment.maxDeletes ?? 'unlimited'],
    ['deployment.require_backup', ({ deployment }) => deployment.requireBackup],
    ['deployment.run_smoke_tests', ({ deployment }) => deployment.runSmokeTests],
    ['deployment.on_failure', ({ deployment }) => deployment.onFailure],
    ['deployment.accept_unattributed', ({ deployment }) => deployment.acceptUnattributed],
    ['gates.validation.enabled', ({ gates }) => gates.validation.enabled],
    ['gates.validation.fail_on_warnings', ({ gates }) => gates.validation.failOnWarnings],
    ['gates.validation.check_dag_cycles', ({ gates }) => gates.validation.checkDagCycles],
    ['gates.validation.check_node_schemas', ({ gates }) => gates.validation.checkNodeSchemas],
    ['gates.validation.check_jsonpath', ({ gates }) => gates.validation.checkJsonpath],
    ['gates.validation.check_node_registry', ({ gates }) => gates.validation.checkNodeRegistry],
    ['gates', ({ gates }) => requiredGates(gates).join(', ') || 'none'],
    ...rules,
  ];
  return targets.length === 0 ? new Map() : new Map(each.map(([name, read]) => [name, joined(targets.map(read))]));
};

/** A side, and what kept some of it from being known. */
interface Side {
  readonly aspects: Aspects;
  readonly problems: readonly Diagnostic[];
}

/** What the gateways of an environment and of its targets run; one that does not answer is no reason to keep the rest from being compared. */
const gatewayVersions = async ({ gateways, config, context }: Session, { name }: EnvironmentConfig): Promise<Side> => {
  const configs = gatewaysWithin(config, name);
  if (configs.length === 0) return { aspects: new Map(), problems: [] };
  const { open, unopened } = await openEach(gateways.of, configs);
  const readings = await readGateways(open, { signal: context.system.interrupted });
  const versions = readings.map((reading) => (reading.reachable ? reading.version : undefined) ?? 'not known');
  const silent = readings.flatMap((reading) => (reading.reachable ? [] : reading.diagnostics));
  return {
    aspects: new Map([['gateway version', joined([...versions, ...unopened.map(() => 'not known')])]]),
    problems: [...unopened, ...silent],
  };
};

const sideOf = async (session: Session, environment: EnvironmentConfig): Promise<Side> => {
  const { schema_versions: schemas } = await viewOf(session, environment);
  const { aspects: versions, problems } = await gatewayVersions(session, environment);
  const variables = winnersOf(session.config, environment).map(({ variable }) => variable);
  const aspects = new Map([
    ...versions,
    ...(schemas.length > 0 ? ([['schema version', joined(schemas)]] as const) : []),
    ...variables.map(({ name, value }) => [`variable ${name}`, value] as const),
    ['environment access.allowed_roles', named(environment.allowedRoles, 'any')] as const,
    ...limitsOf(targetsOf(session.config, environment.name)),
  ]);
  return { aspects, problems };
};

/** A value that sounds secret is compared, and not shown. */
const visible = (what: string, value: string | undefined): string | null =>
  value === undefined ? null : what.startsWith('variable ') ? shown(what, value) : value;

/** What differs between two sides, in the order in which it is met. Pure. */
export const parityOf = (left: Aspects, right: Aspects): readonly ParityDifference[] =>
  distinct([...left.keys(), ...right.keys()])
    .filter((what) => left.get(what) !== right.get(what))
    .map((what) => ({ what, left: visible(what, left.get(what)), right: visible(what, right.get(what)) }));

/** `m3forge env list --compare A B`: what two environments should have in common and have not. */
export const compareEnvironments = (
  context: OperationContext,
  request: { readonly left: string; readonly right: string; readonly lockTimeoutMs: number },
): Promise<Outcome<Parity>> =>
  withSession(
    context,
    { command: 'm3forge env list', permit: 'view', lockTimeoutMs: request.lockTimeoutMs },
    async (session): Promise<Outcome<Parity>> => {
      const [left, right] = [request.left, request.right].map((name) => requireEnvironment(session.config, name));
      if (!left || !right) throw new Error('two names make two environments');
      const [one, other] = [await sideOf(session, left), await sideOf(session, right)];
      const warnings = [...one.problems, ...other.problems].map((found) => ({
        ...found,
        severity: 'warning' as const,
      }));
      const differences = parityOf(one.aspects, other.aspects);
      return success({ left: left.name, right: right.name, differences }, warnings);
    },
  );
