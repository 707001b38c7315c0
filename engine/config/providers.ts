import { resolve } from 'node:path';
import type { ParsedDocument } from '../documents/index.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../values/index.ts';
import type { BackupsConfig, ProviderConfig } from './config.ts';
import type { BackupsFile, ProviderFile } from './file.ts';
import type { ProviderPins } from './lock-file.ts';
import { shownOptions } from './provider-options.ts';

type Locate = ParsedDocument['locate'];

/** The keys of `backups` that are the options of `s3`. */
export const s3Keys = [
  ...(['bucket', 'endpoint', 'region', 'prefix', 'path_style', 'server_side_encryption', 'kms_key_id'] as const),
  ...(['access_key_id', 'secret_access_key', 'session_token', 'request_timeout_seconds'] as const),
] satisfies readonly (keyof BackupsFile)[];

type BuiltInKind = 'artifact-store' | 'backup-store' | 'check' | 'gateway' | 'notifier' | 'source-control';

/** Who is there without being listed under `providers`, and what for. */
export const builtInProviders: Readonly<Record<string, BuiltInKind>> = {
  postgres: 'artifact-store',
  filesystem: 'backup-store',
  s3: 'backup-store',
  command: 'check',
  http: 'check',
  marie: 'gateway',
  slack: 'notifier',
  email: 'notifier',
  pagerduty: 'notifier',
  webhook: 'notifier',
  github: 'source-control',
  gitea: 'source-control',
};

export const usualBackupPath = '.m3forge-backups';

/** It was read as YAML, so it is nothing else than what JSON can say. */
export const optionsOf = (written: unknown): JsonObject => {
  const value = (written ?? {}) as JsonValue;
  return isJsonObject(value) ? value : {};
};

/** Where backups go and with what options; how long they are kept is not said here. */
export const backupStoreOf = (
  written: BackupsFile,
  directory: string,
  locate: Locate,
): Pick<BackupsConfig, 'provider' | 'directory' | 'options' | 'at'> => {
  const provider = written.provider ?? 'filesystem';
  const own = provider === 'filesystem' || provider === 's3';
  const s3 = Object.fromEntries(s3Keys.flatMap((key) => (written[key] === undefined ? [] : [[key, written[key]]])));
  return {
    provider,
    directory: resolve(directory, written.path ?? usualBackupPath),
    options: own ? optionsOf(provider === 's3' ? s3 : {}) : optionsOf(written.options),
    at: (path) => locate(['backups', ...(own ? [] : ['options']), ...path]),
  };
};

/** Who may read the bucket changes nothing about what a plan rests on. */
const unplanned: ReadonlySet<string> = new Set([
  'access_key_id',
  'secret_access_key',
  'session_token',
  'request_timeout_seconds',
]);

/** What a target's plan rests on of the backups, in the words of the file. */
export const backupSliceOf = (written: BackupsFile): JsonObject => {
  const { provider = 'filesystem' } = written;
  if (provider === 'filesystem') return { provider, path: written.path ?? usualBackupPath };
  if (provider !== 's3') return { provider, options: shownOptions(optionsOf(written.options)) };
  const told = s3Keys.filter((key) => written[key] !== undefined && !unplanned.has(key));
  return { provider, ...optionsOf(Object.fromEntries(told.map((key) => [key, written[key]]))) };
};

const providerOf = (name: string, written: ProviderFile, pins: ProviderPins, locate: Locate): ProviderConfig => ({
  name,
  pin: pins.get(name),
  from:
    written.path === undefined
      ? { kind: 'package', text: written.package ?? '' }
      : { kind: 'path', text: written.path },
  ...(written.version !== undefined && { version: written.version }),
  at: (path) => locate(['providers', name, ...path]),
});

export const providersOf = (
  entries: readonly (readonly [name: string, written: ProviderFile])[],
  pins: ProviderPins,
  locate: Locate,
): ReadonlyMap<string, ProviderConfig> =>
  new Map(entries.map(([name, written]) => [name, providerOf(name, written, pins, locate)]));

/** What was pinned of the third-party providers that a target uses: their code decides, too, what a release does. */
export const providerSliceOf = (
  names: readonly string[],
  providers: ReadonlyMap<string, ProviderConfig>,
): { readonly providers?: JsonObject } => {
  const used = [...new Set(names)].filter((name) => providers.has(name)).sort();
  if (used.length === 0) return {};
  return { providers: Object.fromEntries(used.map((name) => [name, providers.get(name)?.pin?.integrity ?? null])) };
};
