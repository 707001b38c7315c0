import { describe, expect, test } from 'vitest';
import { askFor, peopleOf } from '../apply/approved.ts';
import { type Arrangement, createProject, type TestProject } from '../support/project.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';
import { workflowFile } from '../support/workflows.ts';

const secret = `whsec_${Buffer.from('s'.repeat(32)).toString('base64')}`;
const env = (name: string): string | undefined => (name === 'WEBHOOK_SECRET' ? secret : process.env[name]);

/** Two people must agree within two hours, and somebody is told of these events. */
const estate = async (arrangement: Arrangement, { url }: Receiver, events = ''): Promise<TestProject> => {
  const project = await createProject(arrangement, { environments: ['production'], system: { env } });
  project.repository.commit({ 'workflows/a.json': workflowFile('a') }, 'v1.0.0');
  const sink = `{ provider: webhook, url: "${url}", secret: "\${env.WEBHOOK_SECRET}"${events} }`;
  project.configure(
    `  production: { environment: production, version: latest, approvals: { min_approvals: 2, timeout_hours: 2 }, notifications: [${sink}] }`,
  );
  return project;
};

/** What was told since it was asked last. */
const news = ({ received }: Receiver): readonly string[] =>
  received.splice(0).map(({ body }) => (JSON.parse(body) as { readonly type: string }).type);

describe.each<Arrangement>(['embedded', 'schemas'])(
  'what becomes of a release that waits is told (%s)',
  (arrangement) => {
    test('by the command that does it, each thing once', async () => {
      await using receiver = await startReceiver();
      const project = await estate(arrangement, receiver);
      const people = peopleOf(project);
      const id = await askFor(project);
      expect(news(receiver)).toEqual(['release.approval_requested']);
      await people.approve('alice', id);
      expect(news(receiver)).toEqual(['release.approved']);
      await people.reject('bob', id);
      expect(news(receiver)).toEqual(['release.rejected']);

      await people.cancel('tester', await askFor(project));
      expect(news(receiver)).toEqual(['release.approval_requested', 'release.cancelled']);

      const overtaken = await askFor(project);
      project.repository.commit({ 'workflows/a.json': workflowFile('a', ['more']) }, 'v1.1.0');
      const late = await askFor(project);
      expect(late).not.toBe(overtaken);
      expect(news(receiver).toSorted()).toEqual([
        ...['release.approval_requested', 'release.approval_requested', 'release.superseded'],
      ]);
      await project.script('production', `update m3forge.release set due_at = now() where id = '${late}'`);
      await people.resume('tester', late);
      expect(news(receiver)).toEqual(['release.expired']);

      const last = await askFor(project);
      for (const who of ['alice', 'bob']) await people.approve(who, last);
      await people.resume('carol', last);
      expect(news(receiver)).toEqual([
        ...['release.approval_requested', 'release.approved', 'release.approved'],
        ...['release.started', 'release.succeeded'],
      ]);
      expect((await project.plan()).sections[0]?.changes).toEqual([]);
    });
  },
);

test('to whoever wants to know of that and of nothing else', async () => {
  await using receiver = await startReceiver();
  const project = await estate('schemas', receiver, ', events: [approval_requested, cancelled]');
  const people = peopleOf(project);
  const id = await askFor(project);
  await people.approve('alice', id);
  await people.cancel('tester', id);
  expect(news(receiver)).toEqual(['release.approval_requested', 'release.cancelled']);
});
