import type { ProviderFixture, StartedFixture, ThirdPartyProvider } from '../author.ts';
import type { ConformanceCase } from './case.ts';
import { checkCases } from './check-cases.ts';
import { storeCases } from './store-cases.ts';

/** A provider that was started with its fixture, and everything that the contract asks of it. */
export interface Conformance {
  readonly cases: readonly ConformanceCase[];
  readonly stop: () => Promise<void>;
}

/** The fixture lacks what the provider can do, or has what it cannot. */
const mismatch = (provider: ThirdPartyProvider, started: StartedFixture): string | undefined => {
  const kinds = [
    ['backupStore', provider.backupStore, started.backupStore],
    ['check', provider.check, started.check],
  ] as const;
  if (kinds.every(([, can]) => can === undefined))
    return 'the provider can do nothing: it has no backupStore and no check';
  const odd = kinds.find(([, can, tried]) => (can === undefined) !== (tried === undefined));
  if (!odd) return undefined;
  return odd[1]
    ? `the fixture does not say how to try ${odd[0]}`
    : `the provider has no ${odd[0]}, which its fixture tries`;
};

const isLeakOf =
  (secrets: readonly string[]) =>
  (text: string): boolean =>
    secrets.some((secret) => secret !== '' && text.includes(secret));

/**
 * Starts a provider's fixture and returns the cases to run, in order, in any test framework: each is a title and a
 * function that throws where the contract is not kept. `directory` is where relative paths of options start.
 */
export const createConformance = async (
  provider: ThirdPartyProvider,
  fixture: ProviderFixture,
  directory = '/',
): Promise<Conformance> => {
  const started = await fixture.start();
  const odd = mismatch(provider, started);
  if (odd !== undefined) {
    await started.stop();
    throw new Error(odd);
  }
  const isLeak = isLeakOf(started.secrets);
  const { backupStore, check } = provider;
  return {
    cases: [
      ...(backupStore && started.backupStore
        ? storeCases({
            open: (options, timeoutMs) => backupStore({ options, directory, timeoutMs }),
            ...{ fixture: started.backupStore, isLeak, folder: 'conformance' },
          })
        : []),
      ...(check && started.check
        ? checkCases({ run: (question) => check.run(question), fixture: started.check, isLeak, directory })
        : []),
    ],
    stop: () => started.stop(),
  };
};
