import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type PlanSection, sectionDigest } from '../../engine/plan/index.ts';
import { emptyManifestDigest } from '../../engine/values/index.ts';

const section: PlanSection = {
  target: 'production',
  environment: 'production',
  kind: 'release',
  place_id: 'new',
  digest: '',
  configuration: { target: { name: 'production', version: 'latest' }, source: { repository: '.' } },
  from: { seq: 0, activation: 0, version: null, manifest_digest: emptyManifestDigest },
  to: { version: 'v1.0.0', commit: 'c0ffee', manifest_digest: 'ab'.repeat(32), seq: null },
  changes: [
    {
      address: 'workflow.größe',
      kind: 'workflow',
      name: 'größe',
      actions: ['create'],
      reason: 'new in v1.0.0',
      before_digest: null,
      after_digest: 'cd'.repeat(32),
      detail: null,
    },
  ],
  drift: [],
  variables: [],
  configuration_changes: [],
  held: [],
  gates: ['validation'],
  approvals: 0,
  allow_deletes: false,
  backup: null,
  notes: [],
  blocks: [],
};

/** The same value with the keys of every object in another order. */
const shuffled = (value: unknown, order: (length: number) => number): unknown => {
  if (Array.isArray(value)) return value.map((item) => shuffled(item, order));
  if (typeof value !== 'object' || value === null) return value;
  const left = Object.entries(value);
  const entries: [string, unknown][] = [];
  while (left.length > 0) {
    const [entry] = left.splice(order(left.length), 1);
    if (entry) entries.push([entry[0], shuffled(entry[1], order)]);
  }
  return Object.fromEntries(entries);
};

test('does not depend on the order of keys', () => {
  fc.assert(
    fc.property(fc.infiniteStream(fc.nat()), (numbers) => {
      const other = shuffled(section, (length) => (numbers.next().value ?? 0) % length) as PlanSection;
      expect(sectionDigest('lineage', other)).toBe(sectionDigest('lineage', section));
    }),
  );
});

test('does not depend on locale or time zone', () => {
  const program = `
    import { sectionDigest } from './engine/plan/digests.ts';
    process.stdout.write(sectionDigest('lineage', ${JSON.stringify(section)}));`;
  const digests = [
    { LANG: 'C', TZ: 'UTC' },
    { LANG: 'tr_TR.UTF-8', TZ: 'Pacific/Apia' },
  ].map((env) => {
    const args = ['--no-warnings', '--input-type=module', '-e', program];
    return spawnSync(process.execPath, args, { cwd: `${import.meta.dirname}/../..`, env, encoding: 'utf8' }).stdout;
  });
  expect(new Set(digests)).toEqual(new Set([sectionDigest('lineage', section)]));
});

test('covers what would be done and what it rests on, and nothing else', () => {
  const digest = sectionDigest('lineage', section);
  const covered: Partial<PlanSection>[] = [
    { target: 'other' },
    { place_id: 'other' },
    { kind: 'rollback' },
    { configuration: {} },
    { from: { ...section.from, activation: 1 } },
    { to: section.to && { ...section.to, commit: 'other' } },
    { changes: [] },
    { drift: [{ address: 'pointer', field: 'pointer', recorded: '1', actual: '2', reason: '' }] },
    { variables: [{ name: 'LOG_LEVEL', before: null, after: 'info' }] },
    {
      configuration_changes: [
        {
          address: 'target.production',
          actions: ['create'],
          reason: 'new',
          before_digest: null,
          after_digest: 'ef'.repeat(32),
          detail: null,
          loosens: [],
          affects: ['production'],
        },
      ],
    },
    { held: ['deployment.max_deletes: 1 → 2'] },
    { gates: [] },
    { approvals: 1 },
    { allow_deletes: true },
    { backup: 'other' },
  ];
  for (const change of covered) expect(sectionDigest('lineage', { ...section, ...change })).not.toBe(digest);
  expect(sectionDigest('other', section)).not.toBe(digest);
  const outside: Partial<PlanSection>[] = [
    { notes: ['a note'] },
    { blocks: [{ code: 'x', reason: 'y', remedy: 'z' }] },
  ];
  for (const change of outside) expect(sectionDigest('lineage', { ...section, ...change })).toBe(digest);
});
