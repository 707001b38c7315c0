import type { Recovery } from '../../apply/index.ts';
import { inline } from './escape.ts';
import { shortId, spaced } from './words.ts';

/** What recovery found and did, one line for each release that had been left. */
export const recoveryText = (recoveries: readonly Recovery[]): string =>
  recoveries.length === 0
    ? 'There was nothing to recover. How the last release ended, and what is active, is told by:\n\n    m3forge status'
    : recoveries
        .map(
          ({ release, state }) =>
            `Release ${shortId(release.id)} of ${inline(release.version)} to ${inline(release.target)} had not ended; it is recorded as ${spaced(state)} now.`,
        )
        .join('\n');
