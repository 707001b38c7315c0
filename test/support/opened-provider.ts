import { join } from 'node:path';
import {
  type BackupStore,
  type Check,
  type CheckOrder,
  createProviderHost,
  findInstalled,
} from '../../engine/provider/index.ts';
import { createRedactor, Secret } from '../../engine/values/index.ts';
import { temporaryDirectory, testSystem } from './servers.ts';
import { packageFiles, writeFiles } from './third-party.ts';

const at = () => ({
  filename: 'm3forge.yaml',
  start: { line: 1, column: 1, byte: 0 },
  end: { line: 1, column: 1, byte: 0 },
});

/** What an opened provider is told in its options, and must never be seen. */
export const secret = 'a-secret-of-the-options';

interface Opened extends AsyncDisposable {
  readonly store: () => Promise<BackupStore>;
  readonly check: () => Promise<Check>;
}

/** A provider with this source, opened as a release would open it; what hangs is given up soon. */
export const openProvider = async (source: string): Promise<Opened> => {
  const directory = temporaryDirectory();
  writeFiles(join(directory, 'acme'), packageFiles({ 'provider.js': source }));
  const found = await findInstalled(
    { name: 'acme', from: { kind: 'path', text: 'acme' }, pin: undefined, at },
    directory,
  );
  if (!found.ok) throw new Error(JSON.stringify(found.diagnostics));
  const installed = found.value;
  const redactor = createRedactor();
  redactor.add(new Secret(secret));
  const host = createProviderHost({}, { silenceMs: 700, exchangeMs: 100 });
  const context = { system: testSystem(), directory, redact: redactor.redact };
  return {
    store: () => host.openStoreOf(installed, { ...context, options: { secret } }),
    check: () => host.openCheckOf(installed, context),
    [Symbol.asyncDispose]: () => host.close(),
  };
};

/** What a check is asked. */
export const checkOrder = (timeoutMs = 5000, options: CheckOrder['options'] = {}): CheckOrder => ({
  name: 'queue',
  options,
  timeoutMs,
  directory: '/',
  variables: { M3FORGE_TARGET: 'dev' },
  redact: (text: string) => text.replaceAll(secret, '***'),
  signal: new AbortController().signal,
});
