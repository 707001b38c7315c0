import { join } from 'node:path';
import { refuse } from '../diagnostics/index.ts';
import type { System } from '../system/index.ts';
import type { ThirdPartyKind } from './author.ts';
import type { BackupStore, Check, Provider } from './contract.ts';
import { type InstalledProvider, labelOf } from './installed.ts';
import { openRemoteCheck, openStore } from './process/capabilities.ts';
import { type Remote, startRemote } from './process/remote.ts';

/** How each provider is loaded: at first use, so that a command pays only for what it needs. */
export type ProviderLoaders = Readonly<Record<string, () => Promise<Provider>>>;

type Capability = 'artifactStore' | 'backupStore' | 'check' | 'gateway' | 'notifier' | 'sourceControl';

/** With what a third-party provider is run. */
export interface ThirdPartyContext {
  readonly system: System;
  /** The absolute directory of the configuration. */
  readonly directory: string;
  readonly redact: (text: string) => string;
}

export interface ProviderHost {
  /** Opens one capability of one provider. Throws `Refusal` where there is no such provider or it cannot do that. */
  readonly open: <C extends Capability>(
    name: string,
    capability: C,
    context: Parameters<NonNullable<Provider[C]>>[0],
  ) => Promise<ReturnType<NonNullable<Provider[C]>>>;
  /** Opens the backup store of a third-party provider, with options that its schema allows; refused where it has none. */
  readonly openStoreOf: (
    installed: InstalledProvider,
    context: ThirdPartyContext & { readonly options: object },
  ) => Promise<BackupStore>;
  readonly openCheckOf: (installed: InstalledProvider, context: ThirdPartyContext) => Promise<Check>;
  /** Loads a third-party provider with its fixture, in a process that nothing else uses. */
  readonly start: (installed: InstalledProvider, context: ThirdPartyContext) => Promise<Remote>;
  /** Ends what runs for third-party providers. They start again when they are used again. */
  readonly close: () => Promise<void>;
}

export interface HostLimits {
  /** How long a third-party provider may give no sign of life. */
  readonly silenceMs: number;
  /** How long each of its exchanges with a service may take. */
  readonly exchangeMs: number;
}

const usualLimits: HostLimits = { silenceMs: 60_000, exchangeMs: 30_000 };

const createOpen = (loaders: ProviderLoaders): ProviderHost['open'] => {
  const loaded = new Map<string, Promise<Provider>>();
  const load = (name: string): Promise<Provider> => {
    const loader = Object.hasOwn(loaders, name) ? loaders[name] : undefined;
    if (!loader) {
      throw refuse('provider-unknown', {
        detail: `There is no provider "${name}".`,
        hint: `These are built in: ${Object.keys(loaders).sort().join(', ')}.`,
      });
    }
    const known = loaded.get(name) ?? loader();
    loaded.set(name, known);
    return known;
  };
  return async (name, capability, context) => {
    const provider = await load(name);
    const open = provider[capability] as ((context: unknown) => never) | undefined;
    if (!open) {
      throw refuse('provider-lacks-capability', { detail: `The provider "${name}" has no ${capability}.` });
    }
    return open(context);
  };
};

const startInstalled = (
  installed: InstalledProvider,
  { system, redact, directory }: ThirdPartyContext,
  { silenceMs }: HostLimits,
  withFixture: boolean,
): Promise<Remote> => {
  const { entry, fixture } = installed.manifest;
  const subject = {
    label: labelOf(installed),
    entry: join(installed.directory, entry),
    fixture: withFixture && fixture !== undefined ? join(installed.directory, fixture) : undefined,
    directory,
  };
  return startRemote(subject, { system, redact, silenceMs });
};

/** Its package.json is believed until it is loaded; what it lacks then is said before anything is built on it. */
const requireKind = (remote: Remote, kind: ThirdPartyKind): Remote => {
  if (remote.kinds.includes(kind)) return remote;
  throw remote.nonsense(`is a ${kind} by its package.json, and exports none`);
};

export const createProviderHost = (loaders: ProviderLoaders, limits: HostLimits = usualLimits): ProviderHost => {
  const running = new Map<string, Promise<Remote>>();
  /** The one process of a provider; another where that one has ended. */
  const remoteOf = async (installed: InstalledProvider, context: ThirdPartyContext): Promise<Remote> => {
    const key = installed.directory;
    const known = await running.get(key);
    if (known && !known.hasEnded()) return known;
    const starting = startInstalled(installed, context, limits, false);
    running.set(key, starting);
    starting.catch(() => running.delete(key));
    return starting;
  };
  return {
    open: createOpen(loaders),
    openStoreOf: async (installed, { options, ...context }) => {
      const remote = requireKind(await remoteOf(installed, context), 'backup-store');
      return openStore(remote, { options, directory: context.directory, timeoutMs: limits.exchangeMs });
    },
    openCheckOf: async (installed, context) =>
      openRemoteCheck(requireKind(await remoteOf(installed, context), 'check'), context.directory),
    start: (installed, context) => startInstalled(installed, context, limits, true),
    close: async () => {
      const remotes = [...running.values()];
      running.clear();
      for (const remote of await Promise.allSettled(remotes)) {
        if (remote.status === 'fulfilled') await remote.value.close();
      }
    },
  };
};
