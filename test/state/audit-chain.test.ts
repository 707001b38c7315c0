import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AuditEntry, type Checkpoint, faultByCheckpoints, followChain } from '../../engine/state/index.ts';
import { chainOf } from '../support/audit.ts';

const said = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    actor: ['alice', 'bob', 'carol'][index % 3] ?? 'alice',
    event: index % 2 === 0 ? 'release.started' : 'release.succeeded',
    subject: `subject ${index}`,
    environment: index % 5 === 0 ? null : 'production',
    origin: index % 7 === 0 ? null : { host: 'runner', pid: index, user: 'ci' },
    detail: { target: 'production', version: `v1.${index}.0`, nested: { counts: [index, index + 1] } },
  }));

const chain = chainOf(said(60));

/** Each field of an entry with another value of the same kind. */
const otherwise: { readonly [K in keyof AuditEntry]: (entry: AuditEntry) => AuditEntry[K] } = {
  n: ({ n }) => n + 1,
  at: ({ at }) => at.replace('2026', '2025'),
  actor: ({ actor }) => `${actor} `,
  event: ({ event }) => event.toUpperCase(),
  subject: ({ subject }) => subject.slice(1),
  environment: ({ environment }) => (environment === null ? 'staging' : null),
  origin: ({ origin }) => (origin === null ? { host: 'elsewhere' } : null),
  detail: ({ detail }) => ({ ...detail, version: 'v9.9.9' }),
  previous: ({ previous }) => flip(previous),
  hash: ({ hash }) => flip(hash),
};

const flip = (hex: string): string => `${hex.startsWith('0') ? '1' : '0'}${hex.slice(1)}`;

const fields = Object.keys(otherwise) as readonly (keyof AuditEntry)[];

/** What somebody who can write to the table may do to it, the end apart: a field changed, rows taken out, doubled or exchanged. */
const mutation = fc.oneof(
  fc.tuple(fc.nat(58), fc.constantFrom(...fields)).map(([at, field]) => (entries: readonly AuditEntry[]) => {
    const entry = entries[at] as AuditEntry;
    return entries.with(at, { ...entry, [field]: otherwise[field](entry) });
  }),
  fc.tuple(fc.nat(50), fc.integer({ min: 1, max: 8 })).map(
    ([at, count]) =>
      (entries: readonly AuditEntry[]) =>
        entries.toSpliced(at, count),
  ),
  fc.nat(58).map((at) => (entries: readonly AuditEntry[]) => entries.toSpliced(at, 0, entries[at] as AuditEntry)),
  fc
    .tuple(fc.nat(59), fc.nat(59))
    .filter(([one, other]) => one !== other)
    .map(
      ([one, other]) =>
        (entries: readonly AuditEntry[]) =>
          entries.with(one, entries[other] as AuditEntry).with(other, entries[one] as AuditEntry),
    ),
);

describe('a chain of entries', () => {
  test('is whole as it was written', async () => {
    expect(await followChain(chain)).toEqual({ whole: true, head: { n: 60, hash: chain.at(-1)?.hash } });
    expect(await followChain([])).toMatchObject({ whole: true, head: { n: 0 } });
  });

  test('shows each of 10,000 mutations, at the first entry that does not belong there', async () => {
    await fc.assert(
      fc.asyncProperty(mutation, async (mutate) => {
        const mutated = mutate(chain);
        const report = await followChain(mutated);
        expect(report.whole).toBe(false);
        if (report.whole) return;
        const first = chain.findIndex((entry, index) => mutated[index] !== entry);
        expect(report.fault.n).toBe(first + 1);
        expect(report.head.n).toBe(first);
      }),
      { numRuns: 10_000 },
    );
  });
});

describe('checkpoints outside', () => {
  const lineage = 'l';
  const checkpoint = (n: number): Checkpoint => ({
    ...{ lineage, n, at: '2026-11-25T00:00:00.000Z' },
    hash: chain[n - 1]?.hash ?? '0'.repeat(64),
  });
  const faultOf = async (entries: readonly AuditEntry[], checkpoints: readonly Checkpoint[]) => {
    const hashes = new Map(entries.map(({ n, hash }) => [n, hash]));
    const report = await followChain(entries);
    expect(report.whole).toBe(true);
    return faultByCheckpoints(report.head, hashes, checkpoints);
  };

  test('agree with the chain that they were taken of, however long it has grown', async () => {
    expect(await faultOf(chain, [checkpoint(0), checkpoint(20), checkpoint(60)])).toBeUndefined();
  });

  test('show an end that was cut off, which the chain alone does not', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(59), async (left) => {
        expect(await faultOf(chain.slice(0, left), [checkpoint(60)])).toMatchObject({ n: left + 1 });
      }),
    );
  });

  test('show a chain that was written anew from some entry on, with sound hashes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(59), async (from) => {
        const anew = chainOf(said(60).map((one, index) => (index < from ? one : { ...one, actor: 'mallory' })));
        expect(await faultOf(anew, [checkpoint(60)])).toMatchObject({ n: 60 });
      }),
    );
  });
});
