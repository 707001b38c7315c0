import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { markerOf, previewComment } from '../../engine/cli/views/preview-markdown.ts';
import { statusDescription } from '../../engine/cli/views/preview-markdown-parts.ts';
import { changeOf, everything, manyOf, previewOf, targetOf } from '../cli/sample-preview.ts';
import { createProposal } from '../preview/previewed.ts';
import { workflowFile } from '../support/workflows.ts';
import { faultsIn } from './comment-tree.ts';

const golden = (name: string): string => join(import.meta.dirname, 'golden', name);
const marker = 'm3forge:plan:invoices';
const planUrl = 'https://forge.example/acme/workflows/actions/runs/17';
const comment = (document = everything, mostBytes = 60_000): string =>
  previewComment(document, { marker, planUrl, mostBytes });

describe('the comment of a pull request', () => {
  test.each([0, 1, 50, 5000])('that changes %i artifacts', async (count) => {
    const text = previewComment(count === 1 ? previewOf([changeOf('workflow', 'invoices', 'update')]) : manyOf(count), {
      ...{ marker, planUrl },
    });
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(60_000);
    expect(faultsIn(text)).toEqual([]);
    await expect(text).toMatchFileSnapshot(golden(`comment-${count}.md`));
  });

  test('with everything that a preview can say', () => expect(comment()).toMatchFileSnapshot(golden('comment.md')));
});

/** Where each of them begins: an order. */
const places = (text: string, parts: readonly string[]): readonly number[] => parts.map((part) => text.indexOf(part));
const ascending = (numbers: readonly number[]): boolean =>
  numbers.every((place, index) => place >= 0 && (index === 0 || place > (numbers[index - 1] ?? 0)));

test('what needs attention is first, what is destructive second, what is cosmetic last', () => {
  const parts = [
    ...['<!-- m3forge:plan:invoices -->\n', '## m3forge: 1 error; 2 created, 2 updated, 2 deleted → v2.0.0 (major)'],
    ...['min&#95;approvals', 'Conflict', 'run in a circle', 'The gate', '### Deleted: 2', '| target |'],
    ...[
      '### Version',
      '&#126; workflow.invoice-extraction',
      '&#43; workflow.receipts',
      '&#126; agent.router',
      'The whole preview',
    ],
    ...['Base <code>main</code>', 'against base, targets not read', 'm3forge 1.2.3'],
  ];
  expect(ascending(places(comment(), parts)), JSON.stringify(places(comment(), parts))).toBe(true);
  const turned = comment({ ...everything, changes: [...everything.changes].reverse() });
  expect(ascending(places(turned, parts)), JSON.stringify(places(turned, parts))).toBe(true);
});

describe('where there is little room', () => {
  const levels = [20_000, 12_000, 9000, 7000, 5000].map((mostBytes) => comment(manyOf(50), mostBytes));

  test.each(levels.map((text, index) => [index, text] as const))('it stays within it (%i)', (index, text) => {
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual([20_000, 12_000, 9000, 7000, 5000][index] ?? 0);
    expect(faultsIn(text)).toEqual([]);
  });

  test('differences go before graphs, graphs before summaries, and lines stay longest', () => {
    const count = (text: string) => ({
      differences: text.split('\nnodes\n').length - 1,
      graphs: text.split('```mermaid').length - 1,
      folded: text.split('\nFrom <code>').length - 1,
    });
    for (const { differences, graphs, folded } of [60_000, 20_000, 12_000].map((most) =>
      count(comment(manyOf(50), most)),
    )) {
      expect(differences).toBeLessThanOrEqual(graphs);
      expect(graphs).toBeLessThanOrEqual(folded);
    }
    expect(count(comment(manyOf(50), 60_000)).differences).toBeGreaterThan(0);
    expect(count(comment(manyOf(50), 12_000)).differences).toBe(0);
    expect(comment(manyOf(50), 12_000)).toContain('&#43; workflow.document-0050');
  });

  test('it says how many artifacts are not shown, and where they are', () => {
    expect(levels.at(-1)).toMatch(
      /\n\d+ artifacts are not shown\. .*\[The whole preview\]\(<https:\/\/forge\.example\//,
    );
  });

  test('deletions come before bodies, and what is left of them is counted', () => {
    const text = comment(manyOf(5000));
    expect(text).toContain('### Deleted: 1667');
    expect(text).toMatch(/\n- and \d+ more\n/);
  });
});

test('a marker is one line that nothing ends, and is the same when it is made of itself', () => {
  expect(markerOf('m3forge:plan:a --> @team\n<b>')).toBe('<!-- m3forge:plan:a-team-b -->');
  expect(markerOf(markerOf(marker))).toBe(`<!-- ${marker} -->`);
});

test('only an address of a host becomes the one link', () => {
  for (const address of ['javascript:alert(1)', 'data:text/html,x', 'no address', `https://x/${'a'.repeat(2000)}`]) {
    expect(previewComment(everything, { marker, planUrl: address })).not.toContain('](');
  }
  const odd = previewComment(everything, { marker, planUrl: 'https://x.example/a>)b [c](d)' });
  expect(odd).toContain('[The whole preview](<https://x.example/a%3E%29b%20%5Bc%5D%28d%29>)');
});

test('the status of a commit says the counts in one line', () => {
  expect(statusDescription(everything)).toBe(
    '1 error; 2 created, 2 updated, 2 deleted → v2.0.0 (major); 1 rule changed; 1 gate not passed; 1 conflict',
  );
  expect(statusDescription(previewOf([]))).toBe('No changes');
  // One that changes nothing but who may approve is not nothing.
  expect(statusDescription(previewOf([], { configuration: everything.configuration }))).toBe('1 rule changed');
  expect(statusDescription(previewOf([], { targets: [targetOf('x')] })).length).toBeLessThanOrEqual(140);
});

test('its work follows the number of changes', () => {
  const readsOf = (count: number): number => {
    let reads = 0;
    const document = manyOf(count);
    const changes = document.changes.map((change) => ({
      ...change,
      get actions() {
        reads += 1;
        return change.actions;
      },
    }));
    comment({ ...document, changes });
    return reads / count;
  };
  expect(readsOf(5000)).toBeLessThanOrEqual(readsOf(500) * 1.1);
});

test('a real preview is as inert as one that was made up', async () => {
  const label = '@everyone </details> ``` [a](//evil.example) "]; click n1';
  const { preview } = createProposal(
    { 'workflows/a.json': workflowFile('a'), 'workflows/b.json': workflowFile('b') },
    { 'workflows/a.json': workflowFile('a', ['read', label]), 'workflows/c.json': workflowFile('c', [label]) },
  );
  const text = comment(await preview());
  expect(faultsIn(text)).toEqual([]);
  expect(text).toContain('## m3forge: 1 created, 1 updated, 1 deleted → v2.0.0 (major)\n');
  expect(text.split('```mermaid\n')).toHaveLength(3);
  expect(text).toContain('against base, targets not read');
});
