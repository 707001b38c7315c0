import fc from 'fast-check';
import { expect, test } from 'vitest';
import { verifyBackup } from '../../engine/backups/index.ts';
import type { Content } from '../support/memory-place.ts';
import { asAlice, createBench, stateOfFile } from './bench.ts';

const openState = stateOfFile();

// Few names and few texts, so that bodies are shared, come back, and names are taken again.
const name = fc.constantFrom('a', 'b', 'c', 'd', 'Größe', '\u{1F600}', 'z-9');
const text = fc.oneof(fc.constantFrom('', 'one', 'two', '{"nodes":[]}'), fc.string({ unit: 'binary', maxLength: 40 }));
const version = fc.dictionary(name, text, { maxKeys: 7 });

type Action =
  | { readonly kind: 'release'; readonly content: Content }
  | { readonly kind: 'return'; readonly back: number }
  | { readonly kind: 'prune place'; readonly back: number }
  | { readonly kind: 'prune'; readonly keepLast: number };

const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 7, arbitrary: fc.record({ kind: fc.constant('release' as const), content: version }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('return' as const), back: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('prune place' as const), back: fc.nat(5) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('prune' as const), keepLast: fc.integer({ min: 1, max: 4 }) }),
  },
);

/** A backup after each step; in the end each that is still there gives back exactly what was active then. */
const play = async (actions: readonly Action[]): Promise<number> => {
  const { place, take, prune, records, restored, state, backups } = await createBench(openState);
  const versions: Content[] = [{}];
  const held = new Map<string, Content>();
  for (const step of actions) {
    const head = versions.length - 1;
    if (step.kind === 'release') {
      versions.push(step.content);
      place.release(step.content);
    } else if (step.kind === 'prune') {
      await prune(step.keepLast);
    } else if (head > 0) {
      const seq = Math.max(1, head - step.back);
      if (step.kind === 'return' && place.rows.has(seq)) place.activate(seq);
      if (step.kind === 'prune place' && seq !== place.pointer && seq !== head) place.forget(seq);
    }
    const { backup } = await take();
    if (backup) held.set(backup.id, versions[place.pointer] ?? {});
  }
  const left = await records();
  for (const record of left) {
    expect(await restored(record)).toEqual(held.get(record.id));
    expect(await verifyBackup(asAlice(backups, state), record, { full: true })).toMatchObject({ missing: 0 });
  }
  return actions.length;
};

test('after any history every backup gives back exactly the lines and bytes it was taken of', async () => {
  let steps = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(action, { minLength: 1, maxLength: 40 }), async (actions) => {
      steps += await play(actions);
    }),
    { numRuns: 40 },
  );
  expect(steps).toBeGreaterThan(150);
});

test('a thousand changes one after the other', async () => {
  const changes = fc.sample(fc.tuple(name, fc.option(text)), { numRuns: 1000, seed: 7 });
  const { place, take, records, restored } = await createBench(openState);
  let content: Record<string, string> = {};
  const held = new Map<string, Content>();
  for (const [n, [changed, to]] of changes.entries()) {
    const { [changed]: _, ...rest } = content;
    content = to === null ? rest : { ...rest, [changed]: to };
    place.release(content);
    const { backup } = await take();
    if (backup) held.set(backup.id, content);
    // Looking at each would take the square of the time; every 40th is on each position of a chain sooner or later.
    if (n % 41 === 0 && backup) expect(await restored(backup)).toEqual(content);
  }
  for (const record of (await records()).slice(0, 70)) expect(await restored(record)).toEqual(held.get(record.id));
});
