import { join } from 'node:path';
import { expect, test } from 'vitest';
import { carriedLines, carriedNumbers } from '../../engine/cli/views/carried.ts';
import {
  changeSetAndNext,
  changeSetDetails,
  changeSetList,
  changesAdded,
  pullRequestText,
} from '../../engine/cli/views/change-sets.ts';
import { plainStyle } from '../../engine/cli/views/style.ts';
import type { Carried, ChangeSetDetails, ChangeView, HistoryEntry } from '../../engine/operations/index.ts';

const at = '2026-11-20T19:42:43.123Z';
const id = '48d6b786-0000-4000-8000-000000000001';

const change = (number: number | null, title: string, items: ChangeView['items']): ChangeView => ({
  ...{ commit: `${number ?? 7}`.repeat(40).slice(0, 40), pull_request: number, title, author: 'Alice', labels: [] },
  ...{ items, added_by: 'bob', added_at: at },
});

const changes: readonly ChangeView[] = [
  {
    ...change(342, 'Add invoice classification', [
      { kind: 'workflow', path: 'workflows/invoice-classification.json', action: 'added' },
      { kind: 'agent', path: 'agents/invoice-agent.json', action: 'changed' },
    ]),
    labels: ['invoice-processing', 'feature'],
  },
  change(341, 'Fix timeout in doc extraction', [
    { kind: 'workflow', path: 'workflows/invoice-classification.json', action: 'changed' },
    { kind: 'workflow', path: 'workflows/invoice-extraction.json', action: 'changed' },
  ]),
  change(null, 'Tidy up', null),
];

const release: HistoryEntry = {
  ...{ id, target: 'production', environment: 'production', kind: 'release', state: 'rolled_back', version: 'v1.3.0' },
  emergency: false,
  ...{
    from_version: 'v1.2.0',
    requested_by: 'alice',
    reason: null,
    on_failure: 'rollback',
    plan_digest: 'c'.repeat(64),
    backup: null,
  },
  ...{ failure: null, created_at: at, due_at: null, waiting_ms: null, started_at: at, ended_at: at, duration_ms: 6600 },
};

const versioned: ChangeSetDetails = {
  ...{
    id,
    name: 'Invoice processing v2',
    description: 'Finds more',
    type: 'feature',
    state: 'versioned',
    branch: 'main',
  },
  ...{ rule: 'invoice-processing', created_by: 'alice', created_at: at, ready: { by: 'bob', at }, version: 'v1.3.0' },
  ...{ changes, versions: ['v1.3.0'], released_to: ['staging'], releases: [{ did: 'carried', release }] },
};

const draft: ChangeSetDetails = {
  ...versioned,
  ...{ name: 'Onboarding', description: '', type: 'bugfix', state: 'draft', rule: null, ready: null, version: null },
  ...{ changes: [], versions: [], released_to: [], releases: [] },
};

const ready: ChangeSetDetails = {
  ...{ ...draft, name: 'Many', state: 'ready', ready: { by: 'bob', at } },
  changes: Array.from({ length: 8 }, (_, index) => change(index + 1, `Change ${index + 1}`, [])),
};

const added = { change_set: ready, added: ['1'.repeat(40)], reopened: true, rule: 'hotfix', version: null };

const followed = {
  ...{ commit: 'a'.repeat(40), pull_request: 342, title: 'Add invoice classification', author: 'Alice' },
  ...{ versions: ['v1.3.0'], released_to: ['staging'], releases: versioned.releases },
};

const pages = [
  changeSetList([ready, draft, versioned], plainStyle),
  changeSetDetails(versioned, plainStyle),
  changeSetDetails(draft, plainStyle),
  changeSetAndNext(draft),
  changeSetAndNext(ready),
  changeSetAndNext({ ...ready, state: 'draft' }),
  changesAdded(ready, added, plainStyle),
  changesAdded(ready, { ...added, added: [], reopened: false, rule: null }, plainStyle),
  pullRequestText(
    {
      pull_request: 342,
      changes: [
        { ...followed, change_set: { id, name: 'Invoice processing v2' } },
        { ...followed, commit: 'b'.repeat(40), change_set: null, versions: [], releases: [] },
        { ...followed, commit: 'c'.repeat(40), change_set: null, releases: [] },
      ],
    },
    plainStyle,
  ),
];

test('change sets and pull requests, as people see them', async () => {
  await expect(`${pages.join('\n\n')}\n`).toMatchFileSnapshot(join(import.meta.dirname, 'golden/change-sets.txt'));
});

test('where there is none, a sentence says so', () => {
  expect(changeSetList([], plainStyle)).toBe('There are no change sets.');
});

test('what a release carries is listed as far as people read, and what is not known is said', () => {
  const one = { commit: 'a'.repeat(40), title: 'Change', author: 'Alice', change_set: null };
  const many: Carried = {
    changes: Array.from({ length: 33 }, (_, index) => ({ ...one, pull_request: index + 1 })),
    ...{ left_out: 1, complete: false },
  };
  const lines = carriedLines('Carries:', many);
  expect(lines).toHaveLength(1 + 1 + 30 + 3);
  expect(lines.slice(-3)).toEqual([
    '  … and 3 more changes, all with --json',
    '  … and 1 older change that nobody recorded',
    '  What the tags of others bring is known only where their history is.',
  ]);
  expect(carriedNumbers(many)).toMatch(/^#1, #2, .*, #30 and 3 more$/);
  const nothing: Carried = { changes: [], left_out: 0, complete: true };
  expect([carriedLines('Carries:', nothing), carriedNumbers(nothing)]).toEqual([[], null]);
});
