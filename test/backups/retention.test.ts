import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { BackupRecord } from '../../engine/state/index.ts';
import { type Bench, codeOf, createBench, stateOfFile } from './bench.ts';

const openState = stateOfFile('server');

type Action =
  | { readonly kind: 'back up'; readonly texts: readonly number[] }
  | { readonly kind: 'damage'; readonly file: number; readonly at: number }
  | { readonly kind: 'prune'; readonly keepLast: number; readonly needed: readonly number[] };

const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('back up' as const),
      texts: fc.array(fc.nat(5), { minLength: 1, maxLength: 4 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('damage' as const), file: fc.nat(), at: fc.nat() }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('prune' as const),
      keepLast: fc.nat(3),
      needed: fc.array(fc.nat(20), { maxLength: 2 }),
    }),
  },
);

const damage = ({ backups: { files } }: Bench, file: number, at: number): void => {
  const names = [...files.keys()];
  const name = names[file % Math.max(1, names.length)] ?? '';
  const bytes = Buffer.from(files.get(name) ?? Buffer.alloc(0));
  if (bytes.length === 0) return;
  bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ 1;
  files.set(name, bytes);
};

const isGood = async ({ restored }: Bench, record: BackupRecord): Promise<boolean> =>
  (await codeOf(restored(record))) === 'not refused';

const goodOnes = async (bench: Bench): Promise<readonly BackupRecord[]> => {
  const good: BackupRecord[] = [];
  for (const record of await bench.records()) if (await isGood(bench, record)) good.push(record);
  return good;
};

/** Prunes, and looks that what may not go is there and as good as it was. Returns whether a good one had to be kept. */
const pruneAndLook = async (bench: Bench, keepLast: number, needed: readonly number[]): Promise<boolean> => {
  const records = await bench.records();
  const neededIds = needed.flatMap((n) => records[n % Math.max(1, records.length)]?.id ?? []);
  const good = await goodOnes(bench);
  const lastGood = good.find(({ verifiedAt }) => verifiedAt !== null);
  const files = new Map(bench.backups.files);
  const ended = await codeOf(bench.prune(keepLast, neededIds));
  const left = new Set((await goodOnes(bench)).map(({ id }) => id));
  if (ended !== 'not refused')
    expect([ended, bench.backups.files.size >= files.size]).toEqual(['backup-damaged', true]);
  for (const { id } of good.filter(({ id }) => id === lastGood?.id || neededIds.includes(id)))
    expect(left).toContain(id);
  return ended === 'not refused' && lastGood !== undefined && records.length > keepLast;
};

test('no pruning takes the last good backup, or one that a release needs, whatever was damaged before', async () => {
  let kept = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(action, { minLength: 4, maxLength: 16 }), async (actions) => {
      const bench = await createBench(openState);
      for (const step of actions) {
        if (step.kind === 'back up') {
          bench.place.release(Object.fromEntries(step.texts.map((n, index) => [`flow-${index}`, `text ${n}`])));
          await bench.take();
        } else if (step.kind === 'damage') damage(bench, step.file, step.at);
        else kept += (await pruneAndLook(bench, step.keepLast, step.needed)) ? 1 : 0;
      }
    }),
    { numRuns: 25, seed: 11 },
  );
  expect(kept).toBeGreaterThan(10);
});

test('the newest is read to its last byte before an older one goes; where it is damaged, the older one stays', async () => {
  const bench = await createBench(openState);
  for (const extract of ['one', 'two', 'three']) {
    bench.place.release({ extract });
    await bench.take();
    // So that none continues another.
    bench.place.forget(bench.place.pointer);
  }
  const [newest, middle, oldest] = await bench.records();
  const name = `${newest?.placeId}/${newest?.id}.pack`;
  const bytes = Buffer.from(bench.backups.files.get(name) ?? Buffer.alloc(0));
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  bench.backups.files.set(name, bytes);
  expect(await bench.prune(1)).toMatchObject({ removed: [oldest?.id] });
  expect(await bench.records()).toMatchObject([
    { id: newest?.id, verifiedAt: null },
    { id: middle?.id, verifiedAt: expect.any(Date) },
  ]);
  const events = await bench.state.query<{ event: string; subject: string }>(
    `select event, subject from :schema.audit where event in ('backup.damaged', 'backup.verified') and detail ->> 'place_id' = $1 order by n`,
    [bench.lease.place.id],
  );
  expect(events).toEqual([
    { event: 'backup.damaged', subject: newest?.id },
    { event: 'backup.verified', subject: middle?.id },
  ]);
});
