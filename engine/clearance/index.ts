/**
 * Gates (one file each), holds and limits on one plan section: a `Clearance`, or the reasons why not.
 *
 * Promises that nothing is applied without a judgement of exactly that section. It may not know how a section is carried
 * out, and changes nothing.
 */
export { validationGate } from './gates/validation.ts';
export type { Clearance } from './judge.ts';
export { judge } from './judge.ts';
