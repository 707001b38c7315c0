import type { Occurrence } from '../state/index.ts';

/** What something that is due is called: the reason of its release. Pure. */
export const reasonOf = ({ cause, key, because }: Pick<Occurrence, 'cause' | 'key' | 'because'>): string =>
  cause === 'schedule' ? `schedule of ${key}` : `${key}: ${because ?? 'a new version'}`;
