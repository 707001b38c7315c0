import { expect, test } from 'vitest';
import { codesOf, createProject } from '../support/project.ts';
import { workflowFile } from '../support/workflows.ts';

const targets = (production: string, hotfix: string): string =>
  `  production: { environment: production, version: ${production} }\n  hotfix: { environment: production, version: ${hotfix} }`;

test.each(['embedded', 'schemas'] as const)(
  'two targets release into one place and share its pointer and its history (%s)',
  async (arrangement) => {
    const project = await createProject(arrangement, { environments: ['production'] });
    project.configure(targets('v1.0.0', 'v1.0.1'));
    project.repository.commit({ 'workflows/a.json': workflowFile('a') }, 'v1.0.0');
    project.repository.commit({ 'workflows/a.json': workflowFile('a', ['read', 'fixed']) }, 'v1.0.1');

    // Both at once: the second section has nothing firm to start from, and says so.
    const both = await project.plan();
    expect(both.sections).toMatchObject([
      { target: 'production', to: { version: 'v1.0.0' } },
      { target: 'hotfix', to: null, changes: [], notes: [expect.stringContaining('shared with "production"')] },
    ]);

    expect((await project.apply(['production'])).sections).toMatchObject([{ active: 'v1.0.0' }]);
    expect((await project.apply(['hotfix'])).sections).toMatchObject([{ active: 'v1.0.1' }]);
    expect((await project.plan(['production'])).sections).toMatchObject([{ from: { version: 'v1.0.1', seq: 2 } }]);

    project.configure(targets('v1.0.1', 'v1.0.1'));
    expect((await project.plan()).sections).toMatchObject([{ changes: [] }, { changes: [] }]);
    // Going back is the place's, whichever target asks.
    expect((await project.rollback('production')).sections).toMatchObject([{ active: 'v1.0.0' }]);
    expect(codesOf((await project.apply(['hotfix'])).problems)).toEqual(['release-blocked']);
  },
);

test('two environments may not resolve to one place', async () => {
  const project = await createProject('schemas', { environments: ['one', 'two'] });
  project.repository.commit({ 'workflows/a.json': workflowFile('a') }, 'v1.0.0');
  project.configure(
    '  one: { environment: one, version: latest }\n  two: { environment: two, version: latest, database: { schema: one } }',
  );
  await expect(project.plan()).rejects.toThrow(/place-of-another-environment|config-/);
});
