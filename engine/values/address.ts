/** The kinds of artifact, in the order in which they are shown. */
export const artifactKinds = ['workflow', 'agent', 'processor'] as const;
export type ArtifactKind = (typeof artifactKinds)[number];

/** `workflow.invoice-extraction`: how an artifact is named everywhere. */
export const addressOf = (kind: ArtifactKind, name: string): string => `${kind}.${name}`;

/** Byte order of UTF-8, which is also PostgreSQL's `collate "C"`: the one order in which manifests are sorted. */
export const compareBytes = (left: string, right: string): number => {
  if (left === right) return 0;
  const shorter = Math.min(left.length, right.length);
  let at = 0;
  while (at < shorter && left.charCodeAt(at) === right.charCodeAt(at)) at += 1;
  if (at === shorter) return left.length - right.length;
  const [one, other] = [left.charCodeAt(at), right.charCodeAt(at)];
  // UTF-16 order differs from UTF-8 order only from the surrogates on.
  return one < 0xd800 || other < 0xd800 ? one - other : Buffer.compare(Buffer.from(left), Buffer.from(right));
};
