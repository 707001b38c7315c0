/** The kinds of artifact, in the order in which they are shown. */
export const artifactKinds = ['workflow', 'agent', 'processor'] as const;
export type ArtifactKind = (typeof artifactKinds)[number];

/** `workflow.invoice-extraction`: how an artifact is named everywhere. */
export const addressOf = (kind: ArtifactKind, name: string): string => `${kind}.${name}`;

const high = /[\ud800-\uffff]/;

/** Byte order of UTF-8, which is also PostgreSQL's `collate "C"`: the one order in which manifests are sorted. */
export const compareBytes = (left: string, right: string): number => {
  if (left === right) return 0;
  // UTF-16 order differs from UTF-8 order only where both have something from the surrogates on.
  return high.test(left) && high.test(right)
    ? Buffer.compare(Buffer.from(left), Buffer.from(right))
    : left < right
      ? -1
      : 1;
};
