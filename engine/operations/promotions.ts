import type { PromotionConfig, TargetConfig } from '../config/index.ts';
import { type BlockFacts, isUndisturbed, refresh } from '../plan/index.ts';
import { lastSuccess, momentNow } from '../state/index.ts';
import type { Digest } from '../values/index.ts';
import type { Session } from './session.ts';

/** What is to be promoted. */
export interface Promoted {
  readonly version: string;
  readonly manifestDigest: Digest;
}

/** Why a target cannot hand a version on: the end of a sentence, and when that is over by itself. */
export interface Reluctance {
  readonly reason: string;
  readonly until: Date | null;
}

const lasting = (hours: number): string => (hours === 1 ? 'for an hour' : `for ${hours} hours`);

/**
 * Why a target does not hand a version on; undefined where it does. It must run exactly that, brought by a release that
 * succeeded, unchanged since, and for as long as is asked.
 */
export const reluctanceOf = async (
  session: Session,
  { from, soakHours }: PromotionConfig,
  { version, manifestDigest }: Promoted,
): Promise<Reluctance | undefined> => {
  const source = session.config.targets.get(from);
  if (!source) return { reason: 'there is no such target any more', until: null };
  const { store } = await session.place(source);
  const reading = await refresh(store, session.state);
  const running = reading.status?.marker?.version ?? null;
  if (running !== version) return { reason: `it runs ${running ?? 'nothing'}, not ${version}`, until: null };
  const release = await lastSuccess(session.state, from);
  if (release?.id !== reading.status?.activation?.releaseId || !release?.endedAt) {
    return { reason: `the release that brought ${version} there did not succeed`, until: null };
  }
  if (!isUndisturbed(reading)) return { reason: 'it was changed by hand since', until: null };
  if (reading.activeDigest !== manifestDigest)
    return { reason: `its ${version} consists of something else`, until: null };
  const soaked = new Date(release.endedAt.getTime() + soakHours * 3_600_000);
  if (soaked <= (await momentNow(session.state))) return undefined;
  return { reason: `it must run ${version} ${lasting(soakHours)}, until ${soaked.toISOString()}`, until: soaked };
};

/** What keeps a version from a target that takes what others run. */
export const unpromoted = async (
  session: Session,
  { promotions }: Pick<TargetConfig, 'promotions'>,
  promoted: Promoted | undefined,
): Promise<BlockFacts['unpromoted']> => {
  if (!promoted) return [];
  const found: BlockFacts['unpromoted'][number][] = [];
  for (const rule of promotions) {
    const reluctance = await reluctanceOf(session, rule, promoted);
    if (reluctance) found.push({ from: rule.from, ...reluctance });
  }
  return found;
};
