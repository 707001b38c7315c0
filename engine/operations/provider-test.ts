import { type Config, loadConfig } from '../config/index.ts';
import { failure, type Outcome, problem, refuse, success } from '../diagnostics/index.ts';
import {
  type ConformanceCase,
  findInstalled,
  labelOf,
  startConformance,
  stopConformance,
  storeCases,
} from '../provider/index.ts';
import { createRedactor, Secret } from '../values/index.ts';
import { openBackups } from './provided.ts';
import { requireNamed } from './providers.ts';
import { asOutcome, type OperationContext } from './session.ts';

/** How one thing that the contract asks for went. */
export interface TriedCase {
  readonly kind: string;
  readonly title: string;
  readonly passed: boolean;
  /** What was seen instead; null where it passed. */
  readonly detail: string | null;
  /** What a provider that does not do this brings about. */
  readonly why: string;
}

export interface ProviderTest {
  readonly provider: string;
  readonly passed: boolean;
  readonly cases: readonly TriedCase[];
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Runs one case after another; where the provider's process has ended, the rest could only say so again. */
const runCases = async (
  cases: readonly (ConformanceCase & { readonly kind: string })[],
  hasEnded: () => boolean,
  redact: (text: string) => string,
): Promise<readonly TriedCase[]> => {
  const tried: TriedCase[] = [];
  for (const { kind, title, why, run } of cases) {
    let detail: string | null = null;
    try {
      if (hasEnded()) throw new Error('not tried: its process has ended');
      await run();
    } catch (error) {
      detail = redact(messageOf(error));
    }
    tried.push({ kind, title, passed: detail === null, detail, why });
  }
  return tried;
};

const unusedFolder = ({ system }: OperationContext): string => `conformance-${system.ids.uuid()}`;

const testThirdParty = async (
  context: OperationContext,
  config: Config,
  name: string,
): Promise<Outcome<readonly TriedCase[]>> => {
  const installed = await findInstalled(requireNamed(config, name), config.directory);
  if (!installed.ok) return installed;
  if (installed.value.manifest.fixture === undefined) {
    throw refuse('provider-package-invalid', {
      detail: `${labelOf(installed.value)} brings no fixture to be tried with.`,
      range: installed.value.config.at([]),
      hint: 'Its author adds one under `m3forge.fixture` of its package.json: docs/providers.md.',
    });
  }
  const redactor = createRedactor();
  const { system, host } = context;
  const { redact } = redactor;
  const remote = await host.start(installed.value, { system, directory: config.directory, redact });
  try {
    const cases = await startConformance(installed.value, remote, {
      directory: config.directory,
      folder: unusedFolder(context),
      learn: (secret) => redactor.add(new Secret(secret)),
    });
    return success(await runCases(cases, remote.hasEnded, redact));
  } finally {
    await stopConformance(remote).catch(() => undefined);
  }
};

/** The store that backups of this configuration go to, tried in a folder of its own, which is gone afterwards. */
const testConfiguredStore = async (context: OperationContext, config: Config): Promise<readonly TriedCase[]> => {
  const store = await openBackups(context, config);
  const folder = unusedFolder(context);
  const { redact } = context.redactor;
  const isLeak = (text: string): boolean => redact(text) !== text;
  const cases = storeCases({ open: () => store, fixture: { options: {} }, isLeak, folder });
  try {
    await store.check();
    const kind = 'backup-store';
    return await runCases(
      cases.map((one) => ({ ...one, kind })),
      () => false,
      redact,
    );
  } finally {
    for (const name of await store.list(folder).catch(() => [])) await store.remove(name).catch(() => undefined);
  }
};

const isBuiltInStore = ({ backups, providers }: Config, name: string): boolean =>
  backups.provider === name && !providers.has(name);

/**
 * `m3forge providers test`: runs the conformance kit on a third-party provider and its fixture, or on the built-in store
 * that backups go to.
 */
export const testProvider = (
  context: OperationContext,
  request: { readonly name: string },
): Promise<Outcome<ProviderTest>> =>
  asOutcome(async () => {
    const loaded = await loadConfig(context.system, { ...context.location, withoutPins: true });
    if (!loaded.ok) return loaded;
    const config = loaded.value;
    const { name } = request;
    const tried = isBuiltInStore(config, name)
      ? success(await testConfiguredStore(context, config))
      : await testThirdParty(context, config, name);
    if (!tried.ok) return tried;
    const passed = tried.value.length > 0 && tried.value.every((one) => one.passed);
    return success({ provider: name, passed, cases: tried.value }, loaded.diagnostics);
  });

/** What a command that shows a test ends with where it did not pass. */
export const notConforming = ({ provider, cases }: ProviderTest): Outcome<never> => {
  const failed = cases.filter(({ passed }) => !passed).length;
  return failure([
    problem('provider-not-conforming', {
      detail: `The provider "${provider}" does not keep its contract in ${failed} of ${cases.length} cases.`,
      hint: 'Each of them says what was seen, and why it matters. The contract is in docs/providers.md.',
    }),
  ]);
};
