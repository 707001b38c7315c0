import type { TargetConfig } from './config.ts';

/** Whether releases to a target run workflows on its gateways, which takes a token. */
export const invokesAny = ({ deployment, smokeTests }: TargetConfig): boolean =>
  deployment.runSmokeTests && smokeTests.some(({ kind }) => kind === 'invoke');
