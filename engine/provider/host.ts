import { refuse } from '../diagnostics/index.ts';
import type { Provider } from './contract.ts';

/** How each provider is loaded: at first use, so that a command pays only for what it needs. */
export type ProviderLoaders = Readonly<Record<string, () => Promise<Provider>>>;

type Capability = 'artifactStore' | 'backupStore' | 'check' | 'gateway';

export interface ProviderHost {
  /** Opens one capability of one provider. Throws `Refusal` where there is no such provider or it cannot do that. */
  readonly open: <C extends Capability>(
    name: string,
    capability: C,
    context: Parameters<NonNullable<Provider[C]>>[0],
  ) => Promise<ReturnType<NonNullable<Provider[C]>>>;
}

export const createProviderHost = (loaders: ProviderLoaders): ProviderHost => {
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
  return {
    open: async (name, capability, context) => {
      const provider = await load(name);
      const open = provider[capability] as ((context: unknown) => never) | undefined;
      if (!open) {
        throw refuse('provider-lacks-capability', { detail: `The provider "${name}" has no ${capability}.` });
      }
      return open(context);
    },
  };
};
