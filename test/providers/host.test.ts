import { expect, test } from 'vitest';
import { createProviderHost, type Provider } from '../../engine/provider/index.ts';
import { createLog, realSystem } from '../../engine/system/index.ts';
import { http } from '../../providers/http/index.ts';

const system = realSystem(
  createLog('silent', () => undefined),
  new AbortController().signal,
);

/** A host with one provider, that counts how often it is loaded. */
const hostWith = (provider: Provider) => {
  const loads = { count: 0 };
  const load = () => {
    loads.count += 1;
    return Promise.resolve(provider);
  };
  return { host: createProviderHost({ [provider.name]: load }), loads };
};

test('a provider is loaded at its first use, and once', async () => {
  const { host, loads } = hostWith(http);
  expect(loads.count).toBe(0);
  await host.open('http', 'check', { system });
  await host.open('http', 'check', { system });
  expect(loads.count).toBe(1);
});

test('a provider that is not there is refused, and those that are there are named', async () => {
  const opening = hostWith(http).host.open('htpp', 'check', { system });
  await expect(opening).rejects.toMatchObject({
    diagnostics: [{ code: 'provider-unknown', hint: 'These are built in: http.' }],
  });
});

test('the name of something every object has is no provider', async () => {
  const opening = hostWith(http).host.open('constructor', 'check', { system });
  await expect(opening).rejects.toMatchObject({ diagnostics: [{ code: 'provider-unknown' }] });
});

test('a provider is asked only for what it can do', async () => {
  const opening = hostWith(http).host.open('http', 'backupStore', { system, location: '/backups' });
  await expect(opening).rejects.toMatchObject({ diagnostics: [{ code: 'provider-lacks-capability' }] });
});
