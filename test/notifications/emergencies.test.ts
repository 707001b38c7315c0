import { expect, test } from 'vitest';
import { close, declare, estate, letGatesPass, reviewsOf, targetsWith } from '../apply/emergency.ts';
import { startReceiver } from '../support/receiver.ts';

const secret = `whsec_${Buffer.from('s'.repeat(32)).toString('base64')}`;

test('an emergency, what it leaves and how that ends are told, each once', async () => {
  await using receiver = await startReceiver();
  const env = (name: string): string | undefined => (name === 'WEBHOOK_SECRET' ? secret : process.env[name]);
  const news = (): readonly { readonly type: string; readonly data: Record<string, unknown> }[] =>
    receiver.received.splice(0).map(({ body }) => JSON.parse(body));
  const sink = `{ provider: webhook, url: "${receiver.url}", secret: "\${env.WEBHOOK_SECRET}" }`;
  const project = await estate('schemas', targetsWith(`, notifications: [${sink}]`), {}, { env });
  news();

  await declare(project);
  const told = news();
  expect(told.map(({ type }) => type)).toEqual([
    ...['release.emergency_started', 'review.opened', 'release.started', 'release.succeeded'],
  ]);
  expect(told[0]?.data).toMatchObject({
    ...{ target: 'hotfix', version: 'v1.1.0', by: 'alice', reason: 'invoices are lost since 9:40' },
    ...{ gates_skipped: ['validation', 'unit_tests'], approvals_replaced: 0 },
  });

  letGatesPass(project, true);
  const [review] = await reviewsOf(project);
  await close(project, review?.release ?? '', 'bob', 'totals are right');
  expect(news()).toMatchObject([
    { type: 'review.closed', data: { outcome: 'passed', closed_by: 'bob', comment: 'totals are right', by: 'alice' } },
  ]);
});
