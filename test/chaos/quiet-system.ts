import { createLog, realSystem, type System } from '../../engine/system/index.ts';

/** The real system, saying nothing. */
export const quietSystem: System = realSystem(
  createLog('silent', () => undefined),
  new AbortController().signal,
);
