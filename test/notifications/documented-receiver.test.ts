import { expect, test } from 'vitest';
import { webhook } from '../../providers/webhook/index.ts';
import { startDocumentedReceiver } from '../examples/documented-receiver.ts';
import { refusalOf } from '../http/loopback.ts';
import { noticeWith, openNotifier, patient } from '../support/notices.ts';

test('the receiver of the documents takes what is genuine, once, and refuses what is not', async () => {
  const receiver = await startDocumentedReceiver();
  try {
    const { WEBHOOK_URL: url, WEBHOOK_SECRET: secret } = receiver.variables;
    const genuine = openNotifier(webhook, { url, secret });
    for (const _ of [1, 2]) await genuine.send({ notice: noticeWith(), ...patient() });
    const forged = openNotifier(webhook, { url, secret: `whsec_${Buffer.alloc(32, 'x').toString('base64')}` });
    const refused = await refusalOf(forged.send({ notice: noticeWith({ title: 'forged' }), ...patient() }));
    expect(refused.code).toBe('notifier-denied');
    await genuine.send({ notice: noticeWith({ id: 'another', title: 'the last' }), ...patient() });
    // The lines come through a pipe; the last one says that all are there.
    await expect.poll(() => receiver.lines.at(-1)).toBe('the last');
    expect(receiver.lines).toEqual([noticeWith().title, 'the last']);
  } finally {
    receiver.close();
  }
});
