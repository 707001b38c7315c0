import {
  type Config,
  type ResolvedOptions,
  resolveOptions,
  type SmokeTest,
  type TargetConfig,
} from '../config/index.ts';
import { Refusal, refuse, type SourceRange } from '../diagnostics/index.ts';
import type { BackupStore, Check, ProviderHost } from '../provider/index.ts';
import type { System } from '../system/index.ts';
import type { JsonObject, Redactor, StructuralPath } from '../values/index.ts';
import { checkOptionsAt, requireProvider } from './third-parties.ts';

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
export const openBackups = async (opening: Opening, config: Config): Promise<BackupStore> => {
  const { system, host, redactor } = opening;
  const { provider, directory, at } = config.backups;
  const options = resolved(opening, config.backups.options, at);
  const installed = await requireProvider(config, { name: provider, kind: 'backup-store', options, at });
  if (installed) {
    return host.openStoreOf(installed, { system, directory: config.directory, redact: redactor.redact, options });
  }
  const location = provider === 'filesystem' ? directory : config.directory;
  return host.open(provider, 'backupStore', { system, location, options });
};

/** What carries out a smoke test of a target. Throws `Refusal` where its provider cannot be had. */
export const openCheck = async (
  opening: Opening,
  config: Config,
  target: TargetConfig,
  test: SmokeTest,
): Promise<Check> => {
  const { system, host, redactor } = opening;
  if (test.kind !== 'check') return host.open(test.kind === 'run' ? 'command' : 'http', 'check', { system });
  const at = checkOptionsAt(target, test);
  const options = resolved(opening, test.options, at);
  const installed = await requireProvider(config, { name: test.provider, kind: 'check', options, at });
  if (!installed) {
    throw refuse('provider-unknown', {
      detail: `The smoke test "${test.name}" still holds, as it is recorded, and the configuration names no provider "${test.provider}" any more.`,
      address: target.name,
      hint: 'Nothing was changed. Leave the provider there until a release has recorded that the smoke test is gone.',
    });
  }
  const check = await host.openCheckOf(installed, { system, directory: config.directory, redact: redactor.redact });
  return { run: (order) => check.run({ ...order, options }) };
};
