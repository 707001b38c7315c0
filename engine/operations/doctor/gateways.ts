import type { Config, GatewayConfig } from '../../config/index.ts';
import { faultsOf, type GatewayReading, type OpenGateway, readGateways } from '../../gateways/index.ts';
import { counted } from '../../values/index.ts';
import { createGateways } from '../open-gateways.ts';
import type { OperationContext } from '../session.ts';
import { examine, type Finding, finding, ok } from './finding.ts';

const remedy = 'See what each gateway says:\n\n    m3forge gateway check';

const stateOf = (check: string, reading: GatewayReading): readonly Finding[] => {
  if (reading.reachable) {
    const serving = reading.executors.filter(({ serving: serves }) => serves).length;
    if (reading.version !== undefined)
      return [ok(check, `${reading.version}, ${counted(serving, 'executor')} serving`)];
  }
  // What a drained gateway lacks stops nothing.
  const verdict = reading.drained ? 'warning' : 'broken';
  return faultsOf([reading]).map(({ detail }) => finding(verdict, check, detail, remedy));
};

const examineGateway = (
  open: (configs: readonly GatewayConfig[]) => Promise<readonly OpenGateway[]>,
  config: GatewayConfig,
  signal: AbortSignal,
): Promise<readonly Finding[]> => {
  const check = `gateway ${config.id}`;
  return examine(check, async () => {
    const readings = await readGateways(await open([config]), { signal });
    return readings.flatMap((reading) => stateOf(check, reading));
  });
};

/** Whether each gateway answers, and says what it is; each is asked by itself, all at once. Nothing is run. */
export const examineGateways = async (
  context: OperationContext,
  { gateways: configs }: Config,
): Promise<readonly Finding[]> => {
  const gateways = createGateways(context, undefined);
  const { interrupted } = context.system;
  try {
    const found = await Promise.all([...configs.values()].map((one) => examineGateway(gateways.of, one, interrupted)));
    return found.flat();
  } finally {
    await gateways.close();
  }
};
