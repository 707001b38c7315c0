import { isExactVersion, isJsonObject, isVersionRange, type JsonValue } from '../values/index.ts';
import type { VersionSpec } from './config.ts';

/** What `version` of a target means, whatever stands there; undefined where it means nothing. */
export const versionSpecOf = (written: JsonValue): VersionSpec | undefined => {
  if (isJsonObject(written) && typeof written.from === 'string') return { kind: 'from', target: written.from };
  if (typeof written !== 'string') return undefined;
  if (written === 'latest') return { kind: 'latest', text: written };
  if (isExactVersion(written)) return { kind: 'exact', text: written };
  return written.trim() !== '' && isVersionRange(written) ? { kind: 'range', text: written } : undefined;
};
