import { expect, test } from 'vitest';
import { preview } from '../../engine/operations/index.ts';
import { createProject, valueIn } from '../support/project.ts';
import { workflowFile } from '../support/workflows.ts';

const file = (name: string, ...texts: string[]) => ({
  [`workflows/${name}.json`]: workflowFile(name, ['read', ...texts]),
});

test('with the state, each target is compared with what it runs', async () => {
  const project = await createProject('schemas', { environments: ['staging', 'production'] });
  const { repository, context } = project;
  repository.commit({ ...file('a'), ...file('b') }, 'v1.0.0');
  await project.apply(['production']);
  repository.commit({ ...file('a', 'sort'), ...file('b') }, 'v1.1.0');
  await project.apply(['staging']);
  repository.git(['branch', 'base']);
  repository.commit({ ...file('a', 'sort'), ...file('b', 'more') });
  const request = { base: 'base', head: 'main', withState: true, lockTimeoutMs: 0 };
  const document = valueIn(await preview(context, request));
  expect(document).toMatchObject({
    against: 'state',
    changes: [{ address: 'workflow.b' }],
    targets: [
      { target: 'staging', from: 'v1.1.0', counts: { update: 1 } },
      // It lacks the change of the version between, too.
      { target: 'production', from: 'v1.0.0', counts: { update: 2 } },
    ],
  });
});
