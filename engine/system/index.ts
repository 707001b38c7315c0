/**
 * The outside world as small interfaces that are handed in: clock, ids, environment variables, processes, log,
 * cancellation and fail points.
 *
 * Promises that nothing else in the engine reads the clock, draws randomness or touches `process`, so that a test can
 * replace each of them. It may not know what any of it is used for.
 */
export type { FailpointHit, FailpointName, Failpoints } from './failpoints.ts';
export { createFailpoints, FailpointError, failpointNames } from './failpoints.ts';
export type { Log, LogLevel } from './log.ts';
export { createLog, logLevels } from './log.ts';
export { connectToParent, type ModuleProcess, type ParentProcess } from './modules.ts';
export type { Child, Processes, ProcessIdentity, RunOptions, RunResult } from './processes.ts';
export { createProcesses, hasEnded } from './processes.ts';
export { realSystem } from './real.ts';
export type { ShellOrder } from './shell.ts';
export { endOf, runShell } from './shell.ts';
export type { Clock, Ids, System } from './system.ts';
