import type { TargetConfig } from '../config/index.ts';
import type { ConfigurationPlan } from '../plan/index.ts';
import { findPlace } from '../state/index.ts';
import { noScope, readConfiguration } from './configuration.ts';
import { holdTarget } from './plan-desired.ts';
import type { Session } from './session.ts';

/** A target with the rules that really hold for it now: the stricter of what the file says and what is recorded. */
export const targetInForce = async (
  session: Session,
  target: TargetConfig,
  configuration?: ConfigurationPlan,
): Promise<TargetConfig> => {
  const place = await session.place(target);
  const known = await findPlace(session.state, { address: place.address });
  return holdTarget(configuration ?? (await readConfiguration(session, noScope)), target, known?.id).target;
};
