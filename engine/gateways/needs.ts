import { type RunNeed, runNeedsOf } from '../artifacts/index.ts';
import type { SourceRange } from '../diagnostics/index.ts';
import { type ArtifactKind, addressOf, type Digest, type JsonValue, type StructuralPath } from '../values/index.ts';

/** What one workflow needs of a gateway. */
export interface WorkflowNeeds {
  readonly address: string;
  readonly needs: readonly RunNeed[];
}

/** Where in a file something about an artifact stands; undefined where the content comes from no file. */
export type LocateInArtifact = (address: string, path: StructuralPath) => Promise<SourceRange | undefined>;

interface Changed {
  readonly kind: ArtifactKind;
  readonly name: string;
  readonly after_digest: Digest | null;
}

const parse = (body: Uint8Array): JsonValue => {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8')) as JsonValue;
  } catch {
    // What is no JSON has had its complaint, and needs nothing.
    return null;
  }
};

/** What the changed workflows of a version need, in their order; those that need nothing are left out. */
export const readNeeds = async (
  changes: readonly Changed[],
  bodies: (digests: ReadonlySet<Digest>) => AsyncIterable<{ readonly digest: Digest; readonly body: Uint8Array }>,
): Promise<readonly WorkflowNeeds[]> => {
  const wanted = changes.flatMap(({ kind, name, after_digest: digest }) =>
    kind === 'workflow' && digest !== null ? [{ address: addressOf(kind, name), digest }] : [],
  );
  if (wanted.length === 0) return [];
  const needsOf = new Map<Digest, readonly RunNeed[]>();
  for await (const { digest, body } of bodies(new Set(wanted.map(({ digest }) => digest)))) {
    needsOf.set(digest, runNeedsOf(parse(body)));
  }
  return wanted
    .map(({ address, digest }) => ({ address, needs: needsOf.get(digest) ?? [] }))
    .filter(({ needs }) => needs.length > 0);
};
