import { type Config, loadConfig, type TargetConfig } from '../config/index.ts';
import { schemaVersion } from '../database/index.ts';
import { type Outcome, success } from '../diagnostics/index.ts';
import { openState, type State, stateSchemaVersion } from '../state/index.ts';
import { counted } from '../values/index.ts';
import { createConnections } from './connections.ts';
import { type Examined, examineDatabase, judgeSchema, type Looking } from './doctor/databases.ts';
import { examine, type Finding, finding, ok, skipped } from './doctor/finding.ts';
import { examineGateways } from './doctor/gateways.ts';
import { examineMachine } from './doctor/machine.ts';
import { examineProject } from './doctor/project.ts';
import { examineThirdParties } from './doctor/providers.ts';
import { examineBackups, examinePlace, examineRecords } from './doctor/records.ts';
import type { OperationContext } from './session.ts';

/** What was looked at, in order, and whether nothing of it is broken. */
export interface Diagnosis {
  readonly healthy: boolean;
  readonly findings: readonly Finding[];
}

const diagnosisOf = (findings: readonly Finding[]): Diagnosis => ({
  healthy: findings.every(({ verdict }) => verdict !== 'broken'),
  findings,
});

/** The state as it is; one that would have to be brought forward for that is left alone. */
const examineState = async (looking: Looking) => {
  const { config } = looking;
  const { database: spec } = config.state;
  const seen = await examineDatabase(looking, 'state database', spec, 'state');
  const { database } = seen;
  if (!database) return { state: undefined, findings: seen.findings };
  const known = stateSchemaVersion();
  let present: number | undefined;
  const schema = await examine('state schema', async () => {
    present = await schemaVersion(database, spec.schema);
    return [judgeSchema('state schema', present, known)];
  });
  const state = present === known ? await openState(database, spec.schema) : undefined;
  const records = state ? await examineRecords(state, looking.system) : [];
  return { state, findings: [...seen.findings, ...schema, ...records] };
};

/** Each database and schema once, however many targets name it. */
const placesOf = ({ targets }: Config): readonly TargetConfig[] => {
  const key = ({ database: spec }: TargetConfig): string =>
    `${spec.kind === 'embedded' ? '' : spec.url.text} ${spec.schema}`;
  return [...new Map([...targets.values()].toReversed().map((target) => [key(target), target])).values()].toReversed();
};

const examinePlaces = async (
  context: OperationContext,
  looking: Looking,
  state: State | undefined,
): Promise<readonly Finding[]> => {
  const findings: Finding[] = [];
  for (const { environment, database: spec } of placesOf(looking.config)) {
    const check = `place of ${environment}`;
    const seen: Examined = await examineDatabase(looking, check, spec, 'place');
    findings.push(...seen.findings);
    if (seen.database) findings.push(...(await examinePlace(context, `${check}, schema`, spec, seen.database, state)));
  }
  return findings;
};

const examineConfiguration = async (context: OperationContext): Promise<readonly [Config | undefined, Finding]> => {
  const check = 'configuration';
  const loaded = await loadConfig(context.system, context.location);
  if (loaded.ok) {
    const warnings = loaded.diagnostics.length;
    const { file, targets } = loaded.value;
    return [
      loaded.value,
      warnings === 0
        ? ok(check, `${file}, with ${counted(targets.size, 'target')}`)
        : finding(
            'warning',
            check,
            `${file} is valid, with ${counted(warnings, 'warning')}.`,
            'See them:\n\n    m3forge validate',
          ),
    ];
  }
  const [first] = loaded.diagnostics;
  const more = loaded.diagnostics.length > 1 ? ` (and ${loaded.diagnostics.length - 1} more)` : '';
  const remedy =
    first?.code === 'config-not-found'
      ? 'Begin with one:\n\n    m3forge init'
      : 'See all of it:\n\n    m3forge validate';
  return [undefined, finding('broken', check, `${first?.detail}${more}`, remedy)];
};

/**
 * `m3forge doctor`: looks at everything that a plan and an apply rest on, and says what to do about what is not in order.
 * Nothing is changed, no lease is taken, no schema brought forward; only the backup store is tried by writing to it.
 */
export const doctor = async (
  context: OperationContext,
  request: { readonly lockTimeoutMs: number },
): Promise<Outcome<Diagnosis>> => {
  const { system } = context;
  const machine = await examineMachine(system);
  const [config, configuration] = await examineConfiguration(context);
  if (!config) {
    const rest = skipped('everything else', 'it is found by the configuration');
    return success(diagnosisOf([...machine, configuration, rest]));
  }
  const options = { command: 'm3forge doctor', lockTimeoutMs: request.lockTimeoutMs };
  const connections = createConnections(context, config, options);
  try {
    const looking: Looking = { system, config, connect: connections.connect };
    const { state, findings } = await examineState(looking);
    return success(
      diagnosisOf([
        ...machine,
        configuration,
        ...(await examineProject(system, config)),
        ...findings,
        ...(await examinePlaces(context, looking, state)),
        ...(await examineBackups(context, config)),
        ...(await examineThirdParties(config)),
        ...(await examineGateways(context, config)),
      ]),
    );
  } finally {
    await connections.close();
    await context.host.close();
  }
};
