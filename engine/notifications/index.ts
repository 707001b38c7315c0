/**
 * Tells people, and their programs, what happened: who is told of what, in which words, and the sending of it.
 *
 * Promises that what is told is recorded in the transaction in which it happens and is sent at least once under one id, to
 * each place in order; that nobody who cannot be reached fails or holds up what is told of; and that no secret is recorded
 * or told. It may not know how a release is carried out, or how a message travels.
 */
export type { Patience } from './attempt.ts';
export type { Delivery } from './deliver.ts';
export { deliver } from './deliver.ts';
export { mirrorOf } from './mirror.ts';
export { eventNames, typeOf } from './notice.ts';
export type { Surroundings } from './open.ts';
export { secretsOfNotifications } from './open.ts';
export type { Preview } from './preview.ts';
export { previewOf } from './preview.ts';
export { createTell } from './tell.ts';
export type { Trial } from './try.ts';
export { tryNotifiers } from './try.ts';
