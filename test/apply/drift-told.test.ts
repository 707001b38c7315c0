import { expect, test } from 'vitest';
import { drift, listNotifications } from '../../engine/operations/index.ts';
import { auditOf } from '../support/audit.ts';
import { type Arrangement, createProject, type TestProject, valueIn } from '../support/project.ts';
import { silentPort } from '../support/receiver.ts';
import { workflowFile } from '../support/workflows.ts';

const noWait = { lockTimeoutMs: 0 };
const secret = `whsec_${Buffer.from('d'.repeat(32)).toString('base64')}`;

const look = async ({ context }: TestProject, notify = true) => {
  const [report] = valueIn(await drift(context, { targets: [], notify, ...noWait }));
  return report?.drift.length;
};

const findings = async (project: TestProject): Promise<number> =>
  (await auditOf(project, { action: 'drift.found' })).length;

const damage = (project: TestProject, name: string) =>
  project.script('development', `update :place.variable set value = '${name}' where name = 'MODE'`);

test.each<Arrangement>(['embedded', 'schemas'])('what was changed by hand is told once (%s)', async (arrangement) => {
  const project = await createProject(arrangement, {
    system: { env: (name) => (name === 'WEBHOOK_SECRET' ? secret : process.env[name]) },
  });
  const url = `http://127.0.0.1:${await silentPort()}`;
  project.configure(
    `  development: { environment: development, version: latest, notifications: [{ provider: webhook, url: "${url}", secret: "\${env.WEBHOOK_SECRET}", events: [drift] }] }`,
    { environments: { development: 'variables: { MODE: fast }' } },
  );
  project.repository.commit({ 'workflows/a.json': workflowFile('a') }, 'v1.0.0');
  await project.apply();
  expect(await look(project)).toBe(0);
  expect(await findings(project)).toBe(0);

  await damage(project, 'slow');
  // Who only looks tells nobody.
  expect(await look(project, false)).toBe(1);
  expect(await findings(project)).toBe(0);
  await look(project);
  await look(project);
  expect(await findings(project)).toBe(1);
  const told = valueIn(await listNotifications(project.context, { targets: [], delivered: false, ...noWait }));
  expect(told.map(({ type }) => type)).toEqual(['target.drift']);

  await damage(project, 'slower');
  await look(project);
  expect(await findings(project)).toBe(2);

  // Healed, and looked at: the same once more is another finding.
  await damage(project, 'fast');
  await look(project);
  await damage(project, 'slower');
  await look(project);
  expect(await findings(project)).toBe(3);
});
