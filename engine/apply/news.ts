import {
  factsOfRecord,
  type ReleaseFacts,
  type ReleaseFailure,
  type ReleaseRecord,
  type Tell,
} from '../state/index.ts';
import type { ReleaseInput } from './context.ts';

/** What people are told of. */
type News = Parameters<Tell>[1];

const factsOf = ({ release, section, desired, before }: ReleaseInput): ReleaseFacts => ({
  ...{ release: release.id, kind: section.kind, target: section.target, environment: section.environment },
  ...{ version: desired.version, from: before.version, by: release.requestedBy, reason: release.reason },
});

export const begun = (input: ReleaseInput): News => ({ event: 'started', ...factsOf(input) });

export const succeeded = (input: ReleaseInput): News => ({ event: 'succeeded', ...factsOf(input) });

/** `active` is the version that is active now. */
export const failed = (
  input: ReleaseInput,
  event: 'failed' | 'rollback_failed',
  failure: ReleaseFailure,
  active: string | null,
): News => ({ event, failure, active, ...factsOf(input) });

export const wentBack = (input: ReleaseInput, failure: ReleaseFailure): News => ({
  event: 'rolled_back',
  failure,
  active: input.before.version,
  ...factsOf(input),
});

/** What began is a release of a place. */
const placed = (release: ReleaseRecord): ReleaseFacts => {
  const { kind, target, environment } = release;
  if (kind === 'configuration') throw new Error('a change of the configuration alone is not recovered');
  return { ...factsOfRecord(release), kind, target, environment };
};

/** What a dead process had left has an end. */
export const recovered = (
  release: ReleaseRecord,
  by: string,
  end: {
    readonly outcome: 'succeeded' | 'failed' | 'rolled_back';
    readonly why: string;
    readonly active: string | null;
  },
): News => ({
  event: 'recovered',
  ...end,
  recovered_by: by,
  ...placed(release),
});
