import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { createFailpoints } from './failpoints.ts';
import type { Log } from './log.ts';
import { createProcesses } from './processes.ts';
import type { System } from './system.ts';

const sleep = (milliseconds: number, signal?: AbortSignal): Promise<void> =>
  delay(milliseconds, undefined, signal && { signal }).catch(() => undefined);

/** `performance.now()` loads a dozen modules of Node first. */
const monotonicMs = (): number => Number(process.hrtime.bigint()) / 1e6;

/** The system as it is, for `main.ts`. */
export const realSystem = (log: Log, interrupted: AbortSignal): System => ({
  clock: { now: () => new Date(), monotonicMs, sleep },
  ids: { uuid: () => randomUUID(), secret: () => randomBytes(32).toString('base64url') },
  env: (name) => process.env[name],
  envNames: () => Object.keys(process.env),
  cwd: () => process.cwd(),
  processes: createProcesses(),
  beforeEmbedded: () => undefined,
  nodeVersion: process.versions.node,
  log,
  failpoints: createFailpoints(process.env.M3FORGE_FAILPOINTS),
  interrupted,
});
