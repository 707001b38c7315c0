import { isLower, parseVersionName } from '../values/index.ts';

/** The newest version of which it is known what it runs, and what it does not. */
const newestKnown = '4.0.0';

/**
 * Whether a gateway of this version fails at the methods that 4.0.0 registers and cannot run. Of a newer one nobody knows
 * before it is tried.
 */
export const failsAtSomeMethods = (version: string): boolean =>
  parseVersionName(version) !== undefined && !isLower(newestKnown, version);
