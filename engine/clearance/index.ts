/**
 * Gates (one file each), approvals, holds and limits on one plan section: a `Clearance`, or the reasons why not.
 *
 * Promises that nothing is applied without a judgement of exactly that section. It may not know how a section is carried
 * out, and changes nothing.
 */
export type { Asked, Standing } from './approvals.ts';
export { faultOfApprover, standingOf } from './approvals.ts';
export { validationGate } from './gates/validation.ts';
export type { Approvals, Clearance } from './judge.ts';
export { approvalMissing, judge } from './judge.ts';
