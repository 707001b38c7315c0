// The manifest model (Manifest, ManifestEntry, manifestOf, manifestDigestOf, compareManifests, encodeEntries,
// decodeEntries) lives in engine/values/manifest.ts, because state and providers speak of it too. Use it from there.
export type { Manifest, ManifestEntry } from '../values/index.ts';
