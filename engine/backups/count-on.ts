import { type LastBackup, unlessDamaged } from './last.ts';
import { holderOf, type Recorder } from './record.ts';
import { type Verifier, verifyBackup } from './verify.ts';

/** A disk that loses a byte is found out within a day of releases, whatever the size of the backups. */
const mostSecondsUnread = 24 * 60 * 60;

/** So many compressed bytes are read at every release that writes no backup of its own: a second's work or two. */
const mostBytesEachTime = 256 * 1024 * 1024;

/**
 * The last backup, if a release may count on it; undefined where it turns out to be damaged, which is recorded and
 * audited. Sizes are not enough to tell. Where the last backup is all that a release has, because it `suffices`, it is read
 * to its last byte, as long as that is bounded; and in any case where nobody has done so for a day.
 */
export const countOn = async (
  input: Recorder & Pick<Verifier, 'backups'>,
  last: LastBackup,
  suffices: boolean,
): Promise<LastBackup | undefined> => {
  const { state, backups, system, lease } = input;
  const { provenSecondsAgo } = last.record;
  const isDue = provenSecondsAgo === null || provenSecondsAgo > mostSecondsUnread;
  if (!isDue && !suffices) return last;
  return unlessDamaged(async () => {
    const verifier = { state, backups, system, actor: await holderOf(input), lease };
    await verifyBackup(verifier, last.record, { full: true, ...(!isDue && { mostBytes: mostBytesEachTime }) });
    return last;
  });
};
