import { expect, test } from 'vitest';
import { workflowFile } from '../support/workflows.ts';
import { createProposal } from './previewed.ts';

test('x', async () => {
  const proposal = createProposal(
    { 'workflows/a.json': workflowFile('a'), 'workflows/b.json': workflowFile('b') },
    { 'workflows/a.json': workflowFile('a', ['more']), 'workflows/c.json': workflowFile('c') },
  );
  console.log(JSON.stringify(await proposal.preview(), null, 1));
  expect(1).toBe(1);
});
