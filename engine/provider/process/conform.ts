import { type JsonObject, mask } from '../../values/index.ts';
import type { CheckFixture, StoreFixture, ThirdPartyKind } from '../author.ts';
import type { InstalledProvider } from '../installed.ts';
import type { ConformanceCase } from '../kit/case.ts';
import { checkCases } from '../kit/check-cases.ts';
import { storeCases } from '../kit/store-cases.ts';
import { openRemoteCheck, openStore } from './capabilities.ts';
import { type FixtureOptions, packageCases } from './package-cases.ts';
import type { Remote } from './remote.ts';

/** What a fixture says, when it was started in the provider's own process. */
interface RemoteFixture {
  readonly backupStore: StoreFixture | undefined;
  readonly check: CheckFixture | undefined;
  readonly secrets: readonly string[];
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const fixtureIn = (remote: Remote, value: unknown): RemoteFixture => {
  const { backupStore, check, secrets } = isRecord(value) ? value : {};
  const isTexts = Array.isArray(secrets) && secrets.every((secret) => typeof secret === 'string');
  if (!isTexts) throw remote.nonsense('has a fixture that names no secrets; an empty list will do');
  const hasAll = (part: unknown, keys: readonly string[]): boolean =>
    isRecord(part) && keys.every((key) => isRecord(part[key]));
  if (remote.kinds.includes('backup-store') && !hasAll(backupStore, ['options', 'broken'])) {
    throw remote.nonsense('has a fixture without `backupStore: { options, broken }`');
  }
  if (remote.kinds.includes('check') && !hasAll(check, ['passing', 'failing', 'broken'])) {
    throw remote.nonsense('has a fixture without `check: { passing, failing, broken }`');
  }
  return { backupStore, check, secrets } as unknown as RemoteFixture;
};

const optionsOf = (kind: ThirdPartyKind, part: string, of: object | undefined): readonly FixtureOptions[] =>
  Object.entries(of ?? {})
    .filter(([, options]) => isRecord(options))
    .map(([name, options]) => ({ kind, where: `${part}.${name}`, options: options as JsonObject }));

export interface KindCase extends ConformanceCase {
  readonly kind: ThirdPartyKind | 'package';
}

export interface ConformanceManner {
  /** The absolute directory of the configuration. */
  readonly directory: string;
  /** A folder in the fixture's store that nobody has used yet. */
  readonly folder: string;
  /** Told each secret of the fixture before anything else is asked. */
  readonly learn: (secret: string) => void;
}

/** What the remote takes out of every text, so that a leak can be seen in what is left. */
const isLeak = (text: string): boolean => text.includes(mask);

/**
 * Starts the fixture of a provider in its process, and returns the cases, which run through the same border as a release
 * does. There are some for every provider.
 */
export const startConformance = async (
  installed: InstalledProvider,
  remote: Remote,
  { directory, folder, learn }: ConformanceManner,
): Promise<readonly KindCase[]> => {
  const value = await remote.ask({ ask: 'start' }, { doing: 'start its fixture' });
  const fixture = fixtureIn(remote, value);
  for (const secret of fixture.secrets) learn(secret);
  const check = openRemoteCheck(remote, directory);
  const { redact, kinds } = remote;
  const told = [
    ...optionsOf('backup-store', 'backupStore', fixture.backupStore),
    ...optionsOf('check', 'check', fixture.check),
  ];
  return [
    ...packageCases(installed, kinds, told).map((one) => ({ ...one, kind: 'package' as const })),
    ...(fixture.backupStore && kinds.includes('backup-store')
      ? storeCases({
          open: (options, timeoutMs) => openStore(remote, { options, directory, timeoutMs }),
          ...{ fixture: fixture.backupStore, isLeak, folder },
        }).map((one) => ({ ...one, kind: 'backup-store' as const }))
      : []),
    ...(fixture.check && kinds.includes('check')
      ? checkCases({
          run: ({ options, ...question }) => check.run({ ...question, options: options as never, redact }),
          ...{ fixture: fixture.check, isLeak, directory },
        }).map((one) => ({ ...one, kind: 'check' as const }))
      : []),
  ];
};

/** Stops the fixture, and then the process. */
export const stopConformance = async (remote: Remote): Promise<void> => {
  try {
    await remote.ask({ ask: 'stop' }, { doing: 'stop its fixture' });
  } finally {
    await remote.close();
  }
};
