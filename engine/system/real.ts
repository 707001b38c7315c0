import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { createFailpoints } from './failpoints.ts';
import type { Log } from './log.ts';
import { createProcesses } from './processes.ts';
import type { System } from './system.ts';

/** The system as it is, for `main.ts`. */
export const realSystem = (log: Log, interrupted: AbortSignal): System => ({
  clock: { now: () => new Date(), monotonicMs: () => performance.now() },
  ids: { uuid: () => randomUUID() },
  env: (name) => process.env[name],
  cwd: () => process.cwd(),
  processes: createProcesses(),
  log,
  failpoints: createFailpoints(process.env.M3FORGE_FAILPOINTS),
  interrupted,
});
