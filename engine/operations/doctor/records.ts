import type { Config, TargetConfig } from '../../config/index.ts';
import type { Database } from '../../database/index.ts';
import type { ProviderHost } from '../../provider/index.ts';
import {
  eachAuditEntry,
  followChain,
  type LeasedPlace,
  listLeases,
  type State,
  unfinishedReleases,
} from '../../state/index.ts';
import type { System } from '../../system/index.ts';
import type { Redactor } from '../../values/index.ts';
import { openBackups } from '../provided.ts';
import { judgeSchema } from './databases.ts';
import { examine, type Finding, finding, ok } from './finding.ts';

const examineLease = ({ address, lease, condition }: LeasedPlace): readonly Finding[] => {
  if (condition === 'fresh') return [ok('leases', `${lease.holder} works on ${address} (${lease.operation})`)];
  const why = condition === 'ended' ? 'its process ended' : `it is silent since ${lease.heartbeat.toISOString()}`;
  return [
    finding(
      'warning',
      'leases',
      `${lease.holder} (${lease.operation}) left the lease of ${address}: ${why}.`,
      `The next command that needs it takes it over. To take it away now:\n\n    m3forge lock release ${lease.leaseId}`,
    ),
  ];
};

/** What was recorded: leases that nobody holds any more, releases without an end, and whether the audit trail is whole. */
export const examineRecords = (state: State, { processes }: System): Promise<readonly Finding[]> =>
  examine('records', async () => {
    const leases = await listLeases(state, processes);
    const held = new Set(leases.filter(({ condition }) => condition === 'fresh').map(({ id }) => id));
    const left = (await unfinishedReleases(state)).filter(({ placeId }) => !held.has(placeId));
    const chain = await followChain(eachAuditEntry(state));
    return [
      ...(leases.length === 0 ? [ok('leases', 'nobody works on any place')] : leases.flatMap(examineLease)),
      ...left.map(({ id, version, target }) =>
        finding(
          'warning',
          'releases',
          `Release ${id} of ${version} to "${target}" was left without an end.`,
          'Finish or undo it:\n\n    m3forge recover',
        ),
      ),
      chain.whole
        ? ok('audit trail', 'whole')
        : finding(
            'broken',
            'audit trail',
            `Entry ${chain.fault.n} does not belong there (${chain.fault.why}): the trail was changed by other means than m3forge.`,
            'Find out who can write to the schema of the state, and compare with what was written outside before:\n\n    m3forge audit verify',
          ),
    ];
  });

/** A place as it stands: the version of its schema, and whose it is. */
export const examinePlace = (
  context: { readonly system: System; readonly host: ProviderHost },
  check: string,
  { schema }: TargetConfig['database'],
  database: Database,
  state: State | undefined,
): Promise<readonly Finding[]> =>
  examine(check, async () => {
    const { system } = context;
    const store = await context.host.open('postgres', 'artifactStore', { system, database, schema });
    const status = await store.status();
    if (status && state && status.lineage !== state.lineage) {
      const detail = `The place belongs to another state, ${status.lineage}.`;
      const remedy = 'To take it over:\n\n    m3forge state import --target TARGET';
      return [finding('broken', check, detail, remedy)];
    }
    return [judgeSchema(check, status?.schemaVersion, store.schemaVersion)];
  });

/** The store of the backups, tried by writing and removing a file. */
export const examineBackups = (
  context: { readonly system: System; readonly host: ProviderHost; readonly redactor: Redactor },
  config: Config,
): Promise<readonly Finding[]> =>
  examine('backup store', async () => {
    const store = await openBackups(context, config);
    await store.check();
    return [ok('backup store', `${store.label} can be written`)];
  });
