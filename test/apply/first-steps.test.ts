import { describe, expect, test } from 'vitest';
import { arrangements, createProject } from '../support/project.ts';
import { agentFile, workflowFile } from '../support/workflows.ts';

const actions = (changes: readonly { readonly address: string; readonly actions: readonly string[] }[]) =>
  changes.map(({ address, actions: [action] }) => `${action} ${address}`);

describe.each(arrangements)('a first release, the next, and the way back (%s)', (arrangement) => {
  test('plan, apply, plan again, next version, rollback', async () => {
    const project = await createProject(arrangement);
    project.repository.commit(
      {
        'workflows/invoice.json': workflowFile('invoice'),
        'workflows/legacy.json': workflowFile('legacy'),
        'agents/helper.yaml': agentFile('helper', 'You help.'),
      },
      'v1.0.0',
    );

    const first = await project.plan();
    expect(actions(first.sections[0]?.changes ?? [])).toEqual([
      'create agent.helper',
      'create workflow.invoice',
      'create workflow.legacy',
    ]);
    expect(await project.plan()).toMatchObject({ sections: [{ digest: first.sections[0]?.digest }] });

    const applied = await project.apply();
    expect(applied.problems).toEqual([]);
    expect(applied.sections).toMatchObject([{ outcome: 'succeeded', active: 'v1.0.0' }]);
    const before = await project.view('development');
    expect(Object.keys(before)).toEqual(['agent.helper', 'workflow.invoice', 'workflow.legacy']);
    expect((await project.plan()).sections).toMatchObject([{ changes: [], drift: [] }]);

    project.repository.commit(
      {
        'workflows/invoice.json': workflowFile('invoice', ['read', 'extract', 'check']),
        'workflows/receipt.json': workflowFile('receipt'),
        'agents/helper.yaml': agentFile('helper', 'You help.'),
      },
      'v1.1.0',
    );
    const second = await project.plan();
    expect(actions(second.sections[0]?.changes ?? [])).toEqual([
      'delete workflow.legacy',
      'update workflow.invoice',
      'create workflow.receipt',
    ]);
    expect(second.sections[0]?.changes[1]?.reason).toBe('1 node added, 1 edge added');
    expect((await project.apply()).sections).toMatchObject([{ outcome: 'succeeded', active: 'v1.1.0' }]);
    expect((await project.plan()).sections).toMatchObject([{ changes: [], drift: [] }]);

    const back = await project.rollback('development');
    expect(back.sections).toMatchObject([{ outcome: 'succeeded', active: 'v1.0.0' }]);
    expect(await project.view('development')).toEqual(before);
    // The range does not bring back what was rolled away from.
    expect((await project.plan()).sections).toMatchObject([{ to: { version: 'v1.0.0' }, changes: [] }]);
  });
});
