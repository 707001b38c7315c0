import type { Config, TargetConfig } from '../config/index.ts';
import { compareVersions, counted, globMatcher, highestIn, isInRange, parseVersionName } from '../values/index.ts';
import type { TaggedVersion } from '../versions/index.ts';
import type { NextVersion, PreviewChange, PreviewTarget } from './document.ts';

/** What is known of a target before anything is merged. */
export interface TargetOutlook extends Pick<PreviewTarget, 'outcome' | 'from' | 'to' | 'reason'> {
  readonly target: TargetConfig;
}

/** What targets really run, by their names; null for one that runs nothing yet. Undefined where nobody looked. */
export type Running = ReadonlyMap<string, string | null> | undefined;

/** The version that a target's `version` comes to among these, as one that is not avoided. */
const wantedAmong = (target: TargetConfig, tags: readonly TaggedVersion[]): string | null => {
  const { version } = target;
  const names = tags.map((tag) => tag.version);
  switch (version.kind) {
    case 'exact':
      return (
        names.find(({ name, semver }) => name === version.text || semver === parseVersionName(version.text)?.semver)
          ?.name ?? null
      );
    case 'range':
      return highestIn(names, version.text, false)?.name ?? null;
    case 'latest':
      return names.toSorted(compareVersions).at(-1)?.name ?? null;
    case 'from':
      return null;
  }
};

/** How it comes that the next version is released, once its tag is there. */
const howReleased = ({ type, approvals, triggers, promotions }: TargetConfig, name: string): string => {
  const asks = approvals.min === 0 ? '' : `, with ${counted(approvals.min, 'approval')}`;
  const after =
    promotions.length === 0 ? '' : `, once it has run at ${promotions.map(({ from }) => from).join(' and ')}`;
  const isTriggered = triggers?.onVersionTag === true && globMatcher([triggers.versionPattern ?? '*'])(name);
  if (type === 'scheduled') return `at its planned time${asks}${after}`;
  if (isTriggered) return `by itself, once it is tagged${asks}${after}`;
  return `when somebody applies it${asks}${after}`;
};

const staysAt = (target: TargetConfig, next: NextVersion): string | undefined => {
  const { version } = target;
  const name = parseVersionName(next.name);
  if (target.type === 'emergency') return 'it is for emergencies';
  if (version.kind === 'exact') return `it names ${version.text}`;
  if (version.kind === 'range' && name && !isInRange(name.semver, version.text)) {
    return `${next.name} is not in ${version.text}`;
  }
  return undefined;
};

/** What is known besides the target and the next version. */
interface OutlookFacts {
  readonly tags: readonly TaggedVersion[];
  readonly running: Running;
  /** Something of the head is invalid: that nothing else differs does not mean that nothing would. */
  readonly isInvalid?: boolean;
}

/** What becomes of one target. Pure. */
export const outlookOf = (
  target: TargetConfig,
  next: NextVersion | null,
  { tags, running, isInvalid = false }: OutlookFacts,
): TargetOutlook => {
  const known = running?.get(target.name);
  const from = known === undefined ? wantedAmong(target, tags) : known;
  const none = (reason: string): TargetOutlook => ({ target, outcome: 'none', from, to: from, reason });
  if (!next) return none(isInvalid ? 'what is invalid does not count' : 'no artifact differs');
  if (target.version.kind === 'from') {
    const reason = `after ${target.version.target}, which it follows: ${howReleased(target, next.name)}`;
    return { target, outcome: 'release', from, to: next.name, reason };
  }
  const stays = staysAt(target, next);
  if (stays !== undefined) return none(stays);
  return { target, outcome: 'release', from, to: next.name, reason: howReleased(target, next.name) };
};

/** The enabled targets, in the order of the file. */
export const previewedTargets = ({ targets, environments }: Config): readonly TargetConfig[] =>
  [...targets.values()].filter(
    ({ enabled, environment }) => enabled && environments.get(environment)?.enabled !== false,
  );

export const countsOf = (changes: readonly Pick<PreviewChange, 'actions'>[]): PreviewTarget['counts'] => {
  const count = (action: 'create' | 'update' | 'delete'): number =>
    changes.filter(({ actions }) => actions.includes(action)).length;
  return { create: count('create'), update: count('update'), delete: count('delete') };
};
