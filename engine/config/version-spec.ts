import { isExactVersion, isVersionRange } from '../values/index.ts';
import type { VersionSpec } from './config.ts';
import type { FromFile } from './file-targets.ts';

/** What `version` of a target means, or undefined where it means nothing. */
export const versionSpecOf = (written: string | FromFile): VersionSpec | undefined => {
  if (typeof written !== 'string') return { kind: 'from', target: written.from };
  if (written === 'latest') return { kind: 'latest', text: written };
  if (isExactVersion(written)) return { kind: 'exact', text: written };
  return written.trim() !== '' && isVersionRange(written) ? { kind: 'range', text: written } : undefined;
};
