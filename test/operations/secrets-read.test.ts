import { expect, test } from 'vitest';
import { plan, status } from '../../engine/operations/index.ts';
import { auditOf } from '../support/audit.ts';
import { createProject, forRules, valueIn } from '../support/project.ts';
import { silentPort } from '../support/receiver.ts';
import { workflowFile } from '../support/workflows.ts';

const noWait = { lockTimeoutMs: 0 };
const secret = `whsec_${Buffer.from('t'.repeat(32)).toString('base64')}`;

test.each(forRules)('whoever writes says which secrets were read (%s)', async (arrangement) => {
  const project = await createProject(arrangement, {
    system: { env: (name) => (name === 'WEBHOOK_SECRET' ? secret : process.env[name]) },
  });
  const url = `http://127.0.0.1:${await silentPort()}`;
  project.configure(
    `  development: { environment: development, version: latest, notifications: [{ provider: webhook, url: "${url}", secret: "\${env.WEBHOOK_SECRET}", events: [hold_added] }] }`,
  );
  project.repository.commit({ 'workflows/a.json': workflowFile('a') }, 'v1.0.0');
  const entries = () => auditOf(project, { action: 'secrets' });

  valueIn(await status(project.context, { targets: [], ...noWait }));
  valueIn(await plan(project.context, { targets: [], ...noWait }));
  expect(await entries()).toEqual([]);

  await project.apply();
  const [entry, ...others] = await entries();
  expect(others).toEqual([]);
  expect(entry).toMatchObject({
    ...{ event: 'secrets.read', subject: 'm3forge apply', actor: 'tester' },
    detail: { secrets: { 'env.WEBHOOK_SECRET': ['notification'] } },
  });
  expect(JSON.stringify(await auditOf(project))).not.toContain(secret);

  // Nothing is written where there is nothing to do.
  await project.apply();
  expect(await entries()).toHaveLength(1);
});
