import { type Config, type GatewayConfig, gatewayIn, referencesIn, type TargetConfig } from '../config/index.ts';
import type { ConfigurationPlan } from './configuration.ts';

/** The stricter of what is recorded and what the file says: who must prove who it is, and whose lacks are errors. */
const stricterOf = (recorded: GatewayConfig, written: GatewayConfig | undefined): GatewayConfig => ({
  ...recorded,
  verifyTls: recorded.verifyTls || written?.verifyTls === true,
  weight: recorded.weight === 0 && written ? written.weight : recorded.weight,
});

/**
 * The gateways of a target as they are in effect: a change of them that waits for others is not. So nobody who may release
 * one target alone leads it to another gateway, drains one or lets one go unproven that others were recorded to share.
 * `written` are those of the file. Pure.
 */
export const gatewaysInEffect = (
  { effective, withheld }: Pick<ConfigurationPlan, 'effective' | 'withheld'>,
  target: Pick<TargetConfig, 'name' | 'environment' | 'gateways' | 'at'>,
  written: ReadonlyMap<string, GatewayConfig>,
): readonly GatewayConfig[] => {
  const around = [`target.${target.name}`, `environment.${target.environment}`];
  const [own, inherited] = around.map((address) => referencesIn(effective.get(address)));
  const named = own ?? inherited ?? [];
  const waiting = new Set(withheld.map(({ address }) => address));
  if (![...around, ...named.map(({ id }) => `gateway.${id}`)].some((address) => waiting.has(address))) {
    return target.gateways;
  }
  return named.flatMap(({ id, weight }) => {
    const now = target.gateways.find((one) => one.id === id) ?? written.get(id);
    const body = effective.get(`gateway.${id}`);
    const one =
      waiting.has(`gateway.${id}`) && body ? gatewayIn(id, body, written.get(id), target.at) : written.get(id);
    return one ? [stricterOf({ ...one, weight: weight ?? one.weight }, now)] : [];
  });
};

/**
 * The other gateways of a target's environment: those that the environment has and those of its other targets, each once
 * and as it is in effect. Pure.
 */
export const peersInEffect = (
  plan: Pick<ConfigurationPlan, 'effective' | 'withheld'>,
  target: Pick<TargetConfig, 'environment' | 'gateways'>,
  { environments, targets, gateways }: Pick<Config, 'environments' | 'targets' | 'gateways'>,
): readonly GatewayConfig[] => {
  // A target without gateways runs nothing that could differ.
  if (target.gateways.length === 0) return [];
  const around = environments.get(target.environment);
  const members = [...targets.values()].filter(({ environment }) => environment === target.environment);
  const all = [
    ...(around ? gatewaysInEffect(plan, { ...around, name: '', environment: around.name }, gateways) : []),
    ...members.flatMap((one) => gatewaysInEffect(plan, one, gateways)),
  ];
  const own = new Set(target.gateways.map(({ id }) => id));
  // What stands first counts: the environment's word of a weight before a target's.
  return [...new Map(all.toReversed().map((one) => [one.id, one])).values()]
    .toReversed()
    .filter(({ id }) => !own.has(id));
};
