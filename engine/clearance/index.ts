/**
 * Gates (one file each), approvals, holds and limits on one plan section: a `Clearance`, or the reasons why not.
 *
 * Promises that nothing is applied without a judgement of exactly that section, and that a gate which cannot be judged has
 * not passed. It may not know how a section is carried out, and changes nothing.
 */
export type { Asked, Standing } from './approvals.ts';
export { faultOfApprover, standingOf } from './approvals.ts';
export { failedGates } from './failed-gates.ts';
export type { Gate, GateFinding, GateInput } from './gates/gate.ts';
export { gatesFor, type JudgedGate, runGates } from './gates/run-gates.ts';
export type { Approvals, Clearance } from './judge.ts';
export { approvalMissing, blockedBy, judge, missingApprovals } from './judge.ts';
export { type Authority, authorityOf, faultOfActor, type Ground } from './roles/authority.ts';
