import { expect, test } from 'vitest';
import { type BlockFacts, blocksOf, type PlanSection } from '../../engine/plan/index.ts';
import { emptyManifestDigest } from '../../engine/values/index.ts';

const section: PlanSection = {
  ...{ target: 'production', environment: 'production', kind: 'release', place_id: 'new', digest: 'd' },
  ...{ configuration: {}, from: { seq: 0, activation: 0, version: null, manifest_digest: emptyManifestDigest } },
  to: { version: 'v1.0.0', commit: 'c0ffee', manifest_digest: 'ab'.repeat(32), seq: null },
  changes: [
    {
      ...{ address: 'workflow.a', kind: 'workflow', name: 'a', actions: ['create'], reason: 'new in v1.0.0' },
      ...{ before_digest: null, after_digest: 'ab'.repeat(32), detail: null },
    },
  ],
  ...{ drift: [], variables: [], configuration_changes: [], held: [], gates: [], approvals: 0 },
  ...{ allow_deletes: false, backup: null, notes: [], blocks: [] },
};

const closed: BlockFacts = {
  ...{ isDevelopment: false, enabled: true, maxDeletes: undefined, avoided: undefined, follows: undefined },
  ...{ unpromoted: [], closures: [{ window: undefined, until: null }], opensAt: null, waiting: undefined, holds: [] },
  ...{ publishesAt: null, reviews: [] },
};

const remedies = (changes: Partial<PlanSection>, facts: Partial<BlockFacts> = {}): readonly string[] =>
  blocksOf({ ...section, ...changes }, { ...closed, ...facts }).map(({ remedy }) => remedy);

test('who meets a closed window is told the command that carries out exactly this', () => {
  expect(remedies({})).toEqual(['m3forge apply --target production --override-windows "…"']);
  expect(remedies({}, { waiting: '3f2a91c0-0000-4000-8000-000000000000' })).toEqual([
    'm3forge resume 3f2a91c0 --override-windows "…"',
  ]);
  expect(remedies({ kind: 'restore', backup: '5b1c8f0a-0000-4000-8000-000000000000' })).toEqual([
    'm3forge backup restore 5b1c8f0a --target production --override-windows "…"',
  ]);
  expect(remedies({ kind: 'rollback' })).toEqual([]);
});
