import type { ReleaseFacts } from './happenings.ts';
import type { ReleaseRecord } from './releases.ts';

/** What people are told of a release that is recorded; undefined for what was asked for the configuration alone. */
export const factsOfRecord = (release: ReleaseRecord): ReleaseFacts | undefined => {
  const { id, kind, target, environment, version, fromVersion, requestedBy, reason } = release;
  if (kind === 'configuration') return undefined;
  return { release: id, kind, target, environment, version, from: fromVersion, by: requestedBy, reason };
};
