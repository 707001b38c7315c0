import type { AskedFacts } from './happenings.ts';
import type { ReleaseRecord } from './releases.ts';

/** What people are told of something that was asked for and is recorded. */
export const factsOfRecord = (release: ReleaseRecord): AskedFacts => {
  const { id, kind, target, environment, version, fromVersion, requestedBy, reason } = release;
  const where = { target: target || null, environment: environment || null };
  return { release: id, kind, ...where, version, from: fromVersion, by: requestedBy, reason };
};
