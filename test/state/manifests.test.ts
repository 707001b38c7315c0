import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openState, readManifest, saveManifest } from '../../engine/state/index.ts';
import { digestOfBytes, type Manifest, type ManifestEntry, manifestOf, Secret } from '../../engine/values/index.ts';
import { freshDatabase, openForTests } from '../support/servers.ts';

const manifest = fc
  .uniqueArray(fc.tuple(fc.string({ minLength: 1, maxLength: 3 }), fc.nat(3)), {
    selector: ([name]) => name,
    maxLength: 6,
  })
  .map((list) =>
    manifestOf(
      list.map(
        ([name, text]): ManifestEntry => ({
          kind: 'workflow',
          name,
          digest: digestOfBytes(String(text)),
          path: `workflows/${name}.json`,
          blob: digestOfBytes(`blob ${text}`).slice(0, 40),
        }),
      ),
    ),
  );

test('a manifest stored as a difference from another reads back as it was, along any chain', async () => {
  const database = await openForTests({ kind: 'server', url: new Secret(await freshDatabase()) });
  const state = await openState(database, 'm3forge');
  await fc.assert(
    fc.asyncProperty(fc.array(manifest, { minLength: 1, maxLength: 40 }), async (manifests) => {
      let basis: Manifest | undefined;
      for (const next of manifests) {
        await saveManifest(state, next, basis);
        basis = next;
      }
      for (const one of manifests) expect((await readManifest(state, one.digest))?.digest).toBe(one.digest);
    }),
    { numRuns: 15 },
  );
});
