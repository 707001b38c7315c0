import fc from 'fast-check';
import { expect, test } from 'vitest';
import { verifyBackup } from '../../engine/backups/index.ts';
import type { BackupRecord, State } from '../../engine/state/index.ts';
import type { Content } from '../support/memory-place.ts';
import { asAlice, type Bench, codeOf, createBench, restore, stateOfFile } from './bench.ts';

const openState = stateOfFile('server');

const text = (n: number): string => JSON.stringify({ n, text: `step ${n} `.repeat(1 + (n % 5)) });

/** Three backups, each resting on the one before, and what each was taken of. */
const chainOfThree = async (start: number) => {
  const bench = await createBench(openState);
  const contents: readonly Content[] = [
    { extract: text(start), route: text(start + 1), old: text(start + 2) },
    { extract: text(start), route: text(start + 3), old: text(start + 2) },
    { extract: text(start + 4), route: text(start + 3), fresh: text(start + 5) },
  ];
  const taken: { readonly record: BackupRecord; readonly content: Content }[] = [];
  for (const content of contents) {
    bench.place.release(content);
    taken.push({ record: await bench.taken(), content });
  }
  return { bench, taken };
};

type Files = ReadonlyMap<string, Buffer>;

/** What can happen to a file: its new bytes, undefined where it is gone. */
type Mutation = (bytes: Buffer, at: number, other: Buffer) => Buffer | undefined;

const changedAt = (bytes: Buffer, at: number, change: (byte: number) => number): Buffer => {
  const copy = Buffer.from(bytes);
  copy[at] = change(copy[at] ?? 0);
  return copy;
};

const mutations: Readonly<Record<string, Mutation>> = {
  'a bit turned over': (bytes, at) => changedAt(bytes, at, (byte) => byte ^ (1 << (at % 8))),
  'another byte': (bytes, at) => changedAt(bytes, at, (byte) => byte + 1 + (at % 254)),
  'a byte more at the end': (bytes, at) => Buffer.concat([bytes, Buffer.of(at % 256)]),
  'a byte more inside': (bytes, at) => Buffer.concat([bytes.subarray(0, at), Buffer.of(at % 256), bytes.subarray(at)]),
  'a byte less': (bytes, at) => Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]),
  'cut off': (bytes, at) => bytes.subarray(0, at),
  'zeros to its end': (bytes, at) => Buffer.concat([bytes.subarray(0, at), Buffer.alloc(bytes.length - at)]),
  gone: () => undefined,
  'another file under its name': (_, __, other) => other,
};

const kindOf = (name: string): string => name.replace(/^.*?\./, '.');

/** The other files of the same kind: of an older or newer backup of this place, and of another environment. */
const othersLike = (name: string, ...stores: readonly Files[]): readonly Buffer[] =>
  stores
    .flatMap((files) => [...files].filter(([other]) => other !== name && kindOf(other) === kindOf(name)))
    .map(([, bytes]) => bytes);

/** The state as it is now: what a look finds is not recorded, so that the next one starts from the same. */
const frozen = (state: State): State => {
  const answers = new Map<string, Promise<readonly object[]>>();
  const query = (sql: string, parameters?: readonly unknown[]) => {
    const question = JSON.stringify([sql, parameters]);
    const answer = answers.get(question) ?? state.query(sql, parameters as never);
    answers.set(question, answer);
    return answer;
  };
  return { ...state, query: query as State['query'], transaction: () => Promise.resolve(undefined as never) };
};

interface Taken {
  readonly record: BackupRecord;
  readonly content: Content;
}

/** Whether a look at the backup refuses it; where it does not, it gives back exactly what it was taken of. */
const isRefused = async (backups: Bench['backups'], state: State, { record, content }: Taken): Promise<boolean> => {
  const code = await codeOf(verifyBackup(asAlice(backups, state), record, { full: true }));
  if (code === 'backup-damaged') return true;
  expect([code, await restore(backups, state, record)]).toEqual(['not refused', content]);
  return false;
};

test('whatever is changed in whatever file is found before anything is restored', async () => {
  const { bench, taken } = await chainOfThree(0);
  const { bench: elsewhere } = await chainOfThree(100);
  const { files } = bench.backups;
  const state = frozen(bench.state);
  const newestFirst = [...taken].reverse();
  const names = [...files.keys()];
  const seen = new Set<string>();
  const choices = fc.tuple(fc.constantFrom(...names), fc.constantFrom(...Object.keys(mutations)), fc.nat(), fc.nat());
  await fc.assert(
    fc.asyncProperty(choices, async ([name, what, position, which]) => {
      const whole = files.get(name) ?? Buffer.alloc(0);
      const others = othersLike(name, files, elsewhere.backups.files);
      const other = others[which % Math.max(1, others.length)] ?? Buffer.alloc(0);
      const changed = mutations[what]?.(whole, position % whole.length, other);
      if (changed?.equals(whole)) return;
      if (changed) files.set(name, changed);
      else files.delete(name);
      try {
        let refused = false;
        for (const one of newestFirst) refused ||= await isRefused(bench.backups, state, one);
        expect(refused, `${what} in ${name}`).toBe(true);
        seen.add(`${kindOf(name)} ${what}`);
      } finally {
        files.set(name, whole);
      }
    }),
    { numRuns: 3000, seed: 20_251 },
  );
  const kinds = new Set(names.map(kindOf));
  expect([...kinds].sort()).toEqual(['.json', '.lines.json', '.pack', '.whole.json']);
  expect(seen.size).toBe(kinds.size * Object.keys(mutations).length);
  for (const one of taken) expect(await isRefused(bench.backups, state, one)).toBe(false);
});

test('older and newer files of one backup under one another’s names, all at once, are found too', async () => {
  const { bench, taken } = await chainOfThree(0);
  const { bench: elsewhere, taken: there } = await chainOfThree(100);
  const { files } = bench.backups;
  const [first, , last] = taken;
  const whole = new Map(files);
  const put = (name: string, bytes: Buffer | undefined): void => void (bytes && files.set(name, bytes));
  const pretend = async (from: Files, older: BackupRecord, newer: BackupRecord): Promise<void> => {
    for (const [name, bytes] of from)
      if (name.includes(older.id))
        put(name.replace(older.placeId, newer.placeId).replace(older.id, newer.id).replace('.whole', ''), bytes);
  };
  if (!first || !last || !there[2]) throw new Error('no chain');
  await pretend(whole, first.record, last.record);
  expect(await isRefused(bench.backups, frozen(bench.state), last)).toBe(true);
  for (const [name, bytes] of whole) files.set(name, bytes);
  await pretend(elsewhere.backups.files, there[2].record, last.record);
  expect(await isRefused(bench.backups, frozen(bench.state), last)).toBe(true);
});
