/**
 * Carries out exactly one cleared section, journaled step by step; recovers what a crash left; goes back.
 *
 * Promises that a release is wholly there or wholly not there, at any crash and on any connection loss, and that the
 * record says which. It may not know why a section was planned, and decides nothing that the plan has decided.
 */
export type { DeclaredRelease, PlaceAccess, ReleaseInput } from './context.ts';
export { recordClosed } from './emergency.ts';
export type { ReleaseResult } from './end.ts';
export type { ReleaseEvent, StepName } from './events.ts';
export { stepTitles } from './events.ts';
export { configurationDetail } from './finish.ts';
export { withHold } from './hold.ts';
export type { Recovery } from './recover.ts';
export { recover } from './recover.ts';
export { runRelease } from './run.ts';
