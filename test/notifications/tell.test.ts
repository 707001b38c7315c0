import { expect, test } from 'vitest';
import { wholeFile } from '../../engine/documents/source-map.ts';
import { createTell } from '../../engine/notifications/index.ts';
import { sampleOf } from '../../engine/notifications/samples.ts';
import { listOutbox, openState } from '../../engine/state/index.ts';
import { bothDatabases, openForTests, testSystem } from '../support/servers.ts';

test.each(bothDatabases)(
  'whatever somebody wrote, it is kept without secrets and never in the way of what it tells ($kind)',
  async ({ location }) => {
    const state = await openState(await openForTests(await location()), 'm3forge');
    const tell = createTell({
      system: testSystem(),
      targets: [
        {
          name: 'staging',
          environment: 'staging',
          notifications: [{ provider: 'webhook', options: {}, at: () => wholeFile('x') }],
        },
      ],
      redact: (text) => text.replaceAll('hunter2', '***'),
    });
    const by = `alice hunter2 \u0000 \ud800 ${'x'.repeat(10_000)}`;
    const told = sampleOf('failed', { target: 'staging', environment: 'staging', by });
    await state.transaction((transaction) => tell(transaction, told));
    const [message] = await listOutbox(state);
    const kept = message?.happening.event === 'failed' ? message.happening.by : '';
    expect(kept).toMatch(/^alice \*\*\* \ufffd \ufffd x+…$/);
    expect(kept.length).toBe(4000);
    expect(message?.happening).toMatchObject({ event: 'failed', target: 'staging', failure: { step: 'verify' } });
  },
);
