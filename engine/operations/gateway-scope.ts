import { type Config, type GatewayConfig, gatewaysWithin } from '../config/index.ts';
import type { Diagnostic } from '../diagnostics/index.ts';
import { faultsOf, type GatewayReading } from '../gateways/index.ts';
import { requireTarget } from './targets.ts';

/** Which gateways are looked at, with the weight that counts where they are used. */
export interface GatewayScope {
  /** Each once, in the order of the file. */
  readonly all: readonly GatewayConfig[];
  /** Those that have to run one version, as each environment weighs them. */
  readonly groups: readonly (readonly GatewayConfig[])[];
}

/** Each once. One that is drained in one place and serves in another serves. */
const eachOnce = (uses: readonly GatewayConfig[]): readonly GatewayConfig[] => {
  const found = new Map<string, GatewayConfig>();
  for (const use of uses) if ((found.get(use.id)?.weight ?? 0) === 0) found.set(use.id, use);
  return [...found.values()];
};

/** The gateways of the named targets, as these weigh them; without a name all there are. Pure. */
export const gatewayScope = (config: Config, names: readonly string[] = []): GatewayScope => {
  if (names.length > 0) {
    const targets = names.map((name) => requireTarget(config, name));
    const groups = Map.groupBy(targets, ({ environment }) => environment).values();
    return {
      all: eachOnce(targets.flatMap(({ gateways }) => gateways)),
      groups: [...groups].map((members) => eachOnce(members.flatMap(({ gateways }) => gateways))),
    };
  }
  const groups = [...config.environments.keys()].map((name) => gatewaysWithin(config, name));
  const used = new Map(eachOnce(groups.flat()).map((gateway) => [gateway.id, gateway]));
  return { all: [...config.gateways.values()].map((gateway) => used.get(gateway.id) ?? gateway), groups };
};

/** Whose versions differ within an environment. Who cannot be asked, or says no version, is told of by itself. Pure. */
export const versionFaults = (
  groups: GatewayScope['groups'],
  readings: readonly GatewayReading[],
): readonly Diagnostic[] =>
  groups.flatMap((group) => {
    const compared = group.flatMap(({ id, weight }) => {
      const reading = readings.find((one) => one.id === id);
      if (!reading?.reachable || reading.version === undefined) return [];
      // Whether a token is taken has nothing to do with versions.
      return [{ ...reading, drained: weight === 0, tokenFault: undefined }];
    });
    return faultsOf(compared);
  });
