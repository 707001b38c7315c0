import { type Config, type GatewayConfig, invokesAny } from '../../config/index.ts';
import { faultsOf, type GatewayReading, readGateways } from '../../gateways/index.ts';
import { counted } from '../../values/index.ts';
import { gatewayScope, versionFaults } from '../gateway-scope.ts';
import { createGateways, type Gateways } from '../open-gateways.ts';
import type { OperationContext } from '../session.ts';
import { examine, type Finding, finding, ok } from './finding.ts';

const remedy = 'See what each gateway says:\n\n    m3forge gateway check';

const stateOf = (check: string, reading: GatewayReading, isUsed: boolean): readonly Finding[] => {
  // What a drained gateway lacks stops nothing, nor what one lacks that nobody has.
  const verdict = reading.drained || !isUsed ? 'warning' : 'broken';
  const faults = faultsOf([reading]);
  if (faults.length > 0) return faults.map(({ detail, hint }) => finding(verdict, check, detail, hint ?? remedy));
  const { executors, version } = reading.reachable ? reading : { executors: [], version: undefined };
  const serving = executors.filter(({ serving: serves }) => serves).length;
  return [ok(check, `${version}, ${counted(serving, 'executor')} serving`)];
};

/** Smoke tests of a target run workflows on it: then its token has to be one that it takes. */
const isInvoked = ({ targets }: Config, id: string): boolean =>
  [...targets.values()].some(
    (target) => invokesAny(target) && target.gateways.some((gateway) => gateway.id === id && gateway.weight > 0),
  );

/** Whether each gateway answers, says what it is and takes its token, and whether versions agree. Nothing is run. */
export const examineGateways = async (context: OperationContext, config: Config): Promise<readonly Finding[]> => {
  const gateways: Gateways = createGateways(context, undefined);
  const { interrupted: signal } = context.system;
  const { all, groups } = gatewayScope(config);
  const used = new Set(groups.flat().map(({ id }) => id));
  const readings: GatewayReading[] = [];
  const ask = (one: GatewayConfig): Promise<readonly Finding[]> =>
    examine(`gateway ${one.id}`, async () => {
      const open = await gateways.of([one]);
      // A token that is not there at all is missed by the check of the environment variables.
      const invokes = isInvoked(config, one.id) && open.every(({ token }) => token !== undefined);
      const found = await readGateways(open, { signal, invokes });
      readings.push(...found);
      return found.flatMap((reading) => stateOf(`gateway ${one.id}`, reading, used.has(one.id)));
    });
  try {
    const found = (await Promise.all(all.map(ask))).flat();
    const differing = versionFaults(groups, readings).map(({ severity, detail, hint }) =>
      finding(severity === 'error' ? 'broken' : 'warning', 'versions of gateways', detail, hint ?? remedy),
    );
    return [...found, ...differing];
  } finally {
    await gateways.close();
  }
};
