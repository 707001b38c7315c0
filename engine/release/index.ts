/**
 * What is released by itself: which due time of a schedule counts, what becomes of one whose release ended or was left
 * behind, and the queue over which several workers share the work.
 *
 * Promises that what is due is decided by the database's clock and from what is recorded alone, so that every worker comes
 * to the same; and that the queue only ever spreads work which is in the state already: what it loses or brings twice does
 * no harm. It may not know how a release is planned or carried out.
 */

export { type Decision, decide, mostAttempts } from './decide.ts';
export { type DueTime, dueTime } from './due.ts';
export { openQueue, type WorkQueue } from './queue.ts';
export { reasonOf } from './reason.ts';
