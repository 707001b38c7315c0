import type { Config, SmokeTest, TargetConfig } from '../config/index.ts';
import { type Diagnostic, failure, type Outcome, Refusal, type SourceRange } from '../diagnostics/index.ts';
import {
  checkOptions,
  findInstalled,
  type InstalledProvider,
  pinFault,
  type ThirdPartyKind,
} from '../provider/index.ts';
import type { JsonObject, StructuralPath } from '../values/index.ts';

/** Where a configuration uses a provider, and what it tells it there. */
export interface ProviderUse {
  readonly name: string;
  readonly kind: ThirdPartyKind;
  readonly options: JsonObject;
  readonly at: (path: StructuralPath) => SourceRange;
}

/** Where the options of a smoke test stand. */
export const checkOptionsAt =
  (target: TargetConfig, test: SmokeTest) =>
  (path: StructuralPath): SourceRange =>
    target.at(['smoke_tests', target.smokeTests.indexOf(test), 'check', 'options', ...path]);

/** Every use of a third-party provider that some targets rest on, options unresolved. */
export const usesOf = (config: Config, targets: Iterable<TargetConfig>): readonly ProviderUse[] => {
  const { provider, options, at } = config.backups;
  const backups: ProviderUse = { name: provider, kind: 'backup-store', options, at };
  const checks = [...targets].flatMap((target) =>
    target.smokeTests.flatMap((test): readonly ProviderUse[] =>
      test.kind === 'check'
        ? [{ name: test.provider, kind: 'check', options: test.options, at: checkOptionsAt(target, test) }]
        : [],
    ),
  );
  return [backups, ...checks].filter(({ name }) => config.providers.has(name));
};

const findUsable = async (config: Config, name: string): Promise<Outcome<InstalledProvider> | undefined> => {
  const named = config.providers.get(name);
  if (!named) return undefined;
  const installed = await findInstalled(named, config.directory);
  const fault = installed.ok ? pinFault(installed.value) : undefined;
  return fault ? failure([fault]) : installed;
};

/**
 * A third-party provider, once it is certain that it is the one that was locked and can do what it is asked for; undefined
 * where the name is none of a third party. Throws `Refusal` with everything that is wrong. Nothing of it is executed.
 */
export const requireProvider = async (config: Config, use: ProviderUse): Promise<InstalledProvider | undefined> => {
  const found = await findUsable(config, use.name);
  if (!found) return undefined;
  if (!found.ok) throw new Refusal(found.diagnostics);
  const wrong = await checkOptions(found.value, use.kind, use);
  if (wrong.length > 0) throw new Refusal(wrong);
  return found.value;
};

/** What is wrong with third-party providers and with what they are told, each thing once. Executes nothing of them. */
export const examineProviders = async (
  config: Config,
  names: Iterable<string>,
  uses: readonly ProviderUse[],
): Promise<readonly Diagnostic[]> => {
  const wrong: Diagnostic[] = [];
  for (const name of new Set(names)) {
    const found = await findUsable(config, name);
    if (!found?.ok) {
      wrong.push(...(found?.diagnostics ?? []));
      continue;
    }
    for (const use of uses) if (use.name === name) wrong.push(...(await checkOptions(found.value, use.kind, use)));
  }
  return wrong;
};

/** Planning is refused, too, where a provider of these targets could not be used: the plan could not be carried out. */
export const requireProviders = async (config: Config, targets: readonly TargetConfig[]): Promise<void> => {
  const uses = usesOf(config, targets);
  const wrong = await examineProviders(
    config,
    uses.map(({ name }) => name),
    uses,
  );
  if (wrong.length > 0) throw new Refusal(wrong);
};
