import type { WorkDone } from '../../operations/index.ts';
import { inline } from './escape.ts';
import { shortId, spaced } from './words.ts';

/** One thing that a worker did, on one line: `production: v1.3.0 succeeded (schedule of …), release 3f2a91c0`. */
export const workLine = ({ target, cause, outcome, version, release, detail }: WorkDone): string => {
  const what = version === null ? spaced(outcome) : `${version} ${spaced(outcome)}`;
  const where = target === '' ? 'configuration' : target;
  const id = release === null ? '' : `, release ${shortId(release)}`;
  // Why it went well is nobody's question.
  const why = detail === null || outcome === 'succeeded' ? '' : `: ${detail}`;
  return inline(`${where}: ${what} (${cause})${id}${why}`);
};
