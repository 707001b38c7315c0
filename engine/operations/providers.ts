import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  builtInProviders,
  type Config,
  loadConfig,
  lockFileName,
  type ProviderConfig,
  type ProviderPin,
  type ProviderPins,
  readPins,
  renderPins,
} from '../config/index.ts';
import { type Diagnostic, failure, type Outcome, problem, refuse, success } from '../diagnostics/index.ts';
import { closest, systemReason } from '../documents/index.ts';
import { findInstalled, type InstalledProvider, pinFault } from '../provider/index.ts';
import { asOutcome, type OperationContext } from './session.ts';

/** A provider as lists show it. */
export interface ProviderView {
  readonly name: string;
  readonly kinds: readonly string[];
  /** Where it is from; null for one that is built in. */
  readonly package: string | null;
  readonly version: string | null;
  readonly condition: 'built in' | 'locked' | 'not locked' | 'changed' | 'not usable';
  /** Where the configuration uses it. */
  readonly used_by: readonly string[];
  /** What is wrong with it; null where nothing is. */
  readonly problem: string | null;
}

const usersOf = (config: Config, name: string): readonly string[] => [
  ...(name === 'postgres' ? ['places'] : []),
  ...(name === 'marie' && config.gateways.size > 0 ? ['gateways'] : []),
  ...(config.backups.provider === name ? ['backups'] : []),
  ...[...config.targets.values()].flatMap(({ name: target, notifications }) =>
    notifications.some(({ provider }) => provider === name) ? [`${target}/notifications`] : [],
  ),
  ...[...config.targets.values()].flatMap((target) =>
    target.smokeTests.flatMap((test) => {
      const provider =
        test.kind === 'check' ? test.provider : { run: 'command', http: 'http', invoke: 'marie' }[test.kind];
      return provider === name ? [`${target.name}/${test.name}`] : [];
    }),
  ),
];

const conditionOf = (fault: Diagnostic | undefined): ProviderView['condition'] => {
  if (!fault) return 'locked';
  if (fault.code === 'provider-not-locked') return 'not locked';
  return fault.code === 'provider-changed' ? 'changed' : 'not usable';
};

const viewOf = async (config: Config, named: ProviderConfig): Promise<ProviderView> => {
  const installed = await findInstalled(named, config.directory);
  const fault = installed.ok ? pinFault(installed.value) : installed.diagnostics[0];
  return {
    name: named.name,
    kinds: installed.ok ? [...installed.value.manifest.kinds.keys()] : [],
    package: installed.ok ? installed.value.manifest.package : named.from.text,
    version: installed.ok ? installed.value.manifest.version : null,
    condition: conditionOf(fault),
    used_by: usersOf(config, named.name),
    problem: fault?.detail ?? null,
  };
};

/** `m3forge providers list`: all that there are for this configuration. Executes nothing of them. */
export const listProviders = (context: OperationContext): Promise<Outcome<readonly ProviderView[]>> =>
  asOutcome(async () => {
    const loaded = await loadConfig(context.system, context.location);
    if (!loaded.ok) return loaded;
    const config = loaded.value;
    const views: ProviderView[] = Object.entries(builtInProviders).map(([name, kind]) => ({
      ...{ name, kinds: [kind], package: null, version: null, condition: 'built in' as const },
      ...{ used_by: usersOf(config, name), problem: null },
    }));
    for (const named of config.providers.values()) views.push(await viewOf(config, named));
    return success(views, loaded.diagnostics);
  });

const hintFor = (config: Config, name: string): string => {
  if (Object.hasOwn(builtInProviders, name)) {
    return 'Of what is built in, only the store that backups go to can be tried; the rest is tried with m3forge itself.';
  }
  const known = [...config.providers.keys()];
  const near = closest(name, known);
  if (near) return `Did you mean "${near}"?`;
  return known.length > 0
    ? `Under \`providers\` there are: ${known.join(', ')}.`
    : 'Name it under `providers`, with its `package` or its `path`.';
};

/** Finds a provider of the configuration by name, or refuses with the names that there are. */
export const requireNamed = (config: Config, name: string): ProviderConfig => {
  const named = config.providers.get(name);
  if (named) return named;
  const isBuiltIn = Object.hasOwn(builtInProviders, name);
  throw refuse('provider-unknown', {
    detail: isBuiltIn ? `The provider "${name}" is built in.` : `${config.file} names no provider "${name}".`,
    hint: hintFor(config, name),
  });
};

export interface LockedProvider extends ProviderPin {
  readonly name: string;
  readonly change: 'added' | 'updated' | 'unchanged';
}

export interface Locked {
  readonly file: string;
  readonly providers: readonly LockedProvider[];
  /** Names that the configuration has no more, and the lock file neither from now on. */
  readonly removed: readonly string[];
}

const pinOf = ({ config, manifest, integrity }: InstalledProvider): ProviderPin => ({
  ...{ from: config.from.text, version: manifest.version, integrity },
});

const changeOf = (before: ProviderPin | undefined, { from, version, integrity }: ProviderPin) => {
  if (!before) return 'added' as const;
  const same = before.from === from && before.version === version && before.integrity === integrity;
  return same ? ('unchanged' as const) : ('updated' as const);
};

/** A reader sees the old file or the new one, never half of one. */
const replaceFile = async (directory: string, text: string, draftName: string): Promise<void> => {
  const draft = join(directory, draftName);
  try {
    await writeFile(draft, text, { flag: 'wx' });
    await rename(draft, join(directory, lockFileName));
  } catch (error) {
    await rm(draft, { force: true });
    const detail = `${lockFileName} cannot be written: ${systemReason(error)}.`;
    throw refuse('output-unwritable', { detail }, error);
  }
};

/** `m3forge providers lock`: pins providers as they are installed now; all of them where none is named. */
export const lockProviders = (
  context: OperationContext,
  request: { readonly names: readonly string[] },
): Promise<Outcome<Locked>> =>
  asOutcome(async () => {
    const loaded = await loadConfig(context.system, { ...context.location, withoutPins: true });
    if (!loaded.ok) return loaded;
    const config = loaded.value;
    if (config.providers.size === 0) return failure([noProviders(config)]);
    const chosen = request.names.length > 0 ? request.names : [...config.providers.keys()];
    const known = await readPins(config.directory, lockFileName);
    // Written anew as a whole, it may lose what it held; with one name, the others would be lost unnoticed.
    if (!known.ok && request.names.length > 0) return known;
    const before: ProviderPins = known.ok ? known.value : new Map();
    const pins = new Map([...before].filter(([name]) => config.providers.has(name)));
    const locked: LockedProvider[] = [];
    const wrong: Diagnostic[] = [];
    for (const name of chosen) {
      const installed = await findInstalled(requireNamed(config, name), config.directory);
      if (!installed.ok) {
        wrong.push(...installed.diagnostics);
        continue;
      }
      const pin = pinOf(installed.value);
      pins.set(name, pin);
      locked.push({ name, ...pin, change: changeOf(before.get(name), pin) });
    }
    if (wrong.length > 0) return failure(wrong);
    const draft = `.${lockFileName}.${context.system.ids.uuid()}`;
    await replaceFile(config.directory, renderPins(pins), draft);
    const removed = [...before.keys()].filter((name) => !config.providers.has(name));
    return success({ file: lockFileName, providers: locked, removed }, loaded.diagnostics);
  });

const noProviders = ({ file }: Config): Diagnostic =>
  problem('provider-unknown', {
    detail: `${file} names no provider of a third party.`,
    hint: 'What is built in needs no lock. Others are named under `providers`.',
  });
