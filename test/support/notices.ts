import type { Notice, Notifier, Provider } from '../../engine/provider/index.ts';
import type { JsonObject } from '../../engine/values/index.ts';
import { testSystem } from './servers.ts';

/** A failed release as it is told, but for what a test wants otherwise. */
export const noticeWith = (changes: Partial<Notice> = {}): Notice => ({
  id: '11111111-2222-4333-8444-555555555555',
  at: new Date('2026-11-28T02:00:00.000Z'),
  type: 'release.failed',
  project: 'invoices',
  tone: 'trouble',
  title: 'production: The release of v1.3.0 failed',
  text: 'The smoke test "extract" failed.',
  facts: [
    ['target', 'production'],
    ['version', 'v1.3.0'],
  ],
  commands: ['m3forge logs 48d6b786'],
  thread: '48d6b786-0000-4000-8000-000000000001',
  alert: { key: 'm3forge/invoices/production', action: 'open' },
  data: { target: 'production', version: 'v1.3.0' },
  ...changes,
});

/** What a secret that somebody learns looks like once it went through the redactor. */
export const redactWith =
  (...secrets: readonly string[]) =>
  (text: string): string =>
    secrets.reduce((shown, secret) => shown.replaceAll(secret, '***'), text);

export const openNotifier = (provider: Provider, options: JsonObject, ...secrets: readonly string[]): Notifier => {
  const notifier = provider.notifier?.({ system: testSystem(), options, redact: redactWith(...secrets) });
  if (!notifier) throw new Error(`${provider.name} is no notifier`);
  return notifier;
};

/** How a message is sent where nothing about that is tried. */
export const patient = (): { readonly timeoutMs: number; readonly signal: AbortSignal } => ({
  timeoutMs: 30_000,
  signal: new AbortController().signal,
});
