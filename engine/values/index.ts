/**
 * The values everything else is made of: canonical JSON, digests, addresses, structural paths, versions and ranges, times that recur,
 * and the `Secret` type with its redaction.
 *
 * Promises that equal values have equal bytes and digests on every machine. It may not know where values come from or
 * what they mean, and does no input or output.
 */
export type { ArtifactKind } from './address.ts';
export { addressOf, artifactKinds, compareBytes } from './address.ts';
export { isBucketFolder, isBucketName } from './bucket.ts';
export type { JsonObject, JsonValue } from './canonical.ts';
export { canonicalBytes, canonicalJson, isJsonObject } from './canonical.ts';
export type { ChangeSetType } from './change-set.ts';
export { changeSetTypes, faultOfText, isSameLabel } from './change-set.ts';
export { counted } from './counted.ts';
export type { Digest } from './digest.ts';
export { digestOf, digestOfBytes, shortDigest } from './digest.ts';
export { globMatcher } from './glob.ts';
export { apiUrl, repositoryParts } from './hosted-repository.ts';
export { faultOfKeptRef } from './kept-ref.ts';
export type { LineChange, Manifest, ManifestEntry, ManifestLine } from './manifest.ts';
export {
  compareLines,
  compareManifests,
  decodeEntries,
  emptyManifestDigest,
  encodeEntries,
  manifestDigestOf,
  manifestOf,
} from './manifest.ts';
export type { StructuralPath } from './path.ts';
export { formatPath, valueAt } from './path.ts';
export type { Recurrence, Span, Timetable } from './recurrence.ts';
export { durationOf, faultOfCron, isTimezone, lastTime, nextTime, spanAround } from './recurrence.ts';
export type { Redactor } from './redactor.ts';
export { createRedactor, isSecretName } from './redactor.ts';
export type { RemoteScheme, RepositoryPlace } from './repository.ts';
export { repositoryPlaceOf } from './repository.ts';
export { mask, Secret } from './secret.ts';
export type { VersionName, VersionPart } from './version.ts';
export {
  compareVersions,
  highestIn,
  isExactVersion,
  isInRange,
  isLower,
  isPrerelease,
  isVersionRange,
  parseVersionName,
  raiseVersion,
  riseOf,
} from './version.ts';
export { hiddenCharacters, shortened, visible, visibleLines } from './visible.ts';
