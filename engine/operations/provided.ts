import { type Config, type ResolvedOptions, resolveOptions, type SmokeTest } from '../config/index.ts';
import { Refusal, type SourceRange } from '../diagnostics/index.ts';
import type { BackupStore, Check, ProviderHost } from '../provider/index.ts';
import type { System } from '../system/index.ts';
import type { JsonObject, Redactor, StructuralPath } from '../values/index.ts';

/** With what capabilities of providers are opened. */
interface Opening {
  readonly system: System;
  readonly host: ProviderHost;
  readonly redactor: Redactor;
}

/** The options of a provider with their expressions resolved. What came into them is shown by nobody from here on. */
const resolved = (
  { system, redactor }: Opening,
  options: JsonObject,
  at: (path: StructuralPath) => SourceRange,
): JsonObject => {
  const outcome = resolveOptions(options, at, system);
  if (!outcome.ok) throw new Refusal(outcome.diagnostics);
  const { options: values, secrets }: ResolvedOptions = outcome.value;
  for (const secret of secrets) redactor.add(secret);
  return values;
};

/** The place that backups of this configuration go to. Throws `Refusal` where its provider cannot be had. */
export const openBackups = async (context: Opening, config: Config): Promise<BackupStore> => {
  const { provider, directory, options, at } = config.backups;
  return context.host.open(provider, 'backupStore', {
    system: context.system,
    location: provider === 'filesystem' ? directory : config.directory,
    options: resolved(context, options, at),
  });
};

/** What carries out a smoke test. Throws `Refusal` where its provider cannot be had. */
export const openCheck = async (context: Opening, test: SmokeTest): Promise<Check> => {
  const { system, host } = context;
  if (test.kind !== 'check') return host.open(test.kind === 'run' ? 'command' : 'http', 'check', { system });
  return host.open(test.provider, 'check', { system });
};
