import type { Diagnostic } from '../../engine/diagnostics/index.ts';
import { lockProviders, type OperationContext, validate } from '../../engine/operations/index.ts';
import { createProviderHost } from '../../engine/provider/index.ts';
import { createRedactor } from '../../engine/values/index.ts';
import { valueIn } from './project.ts';
import { temporaryDirectory, testSystem } from './servers.ts';
import { packageFiles, providerSource, writeFiles } from './third-party.ts';
import { workflowFile } from './workflows.ts';

interface ProviderProject {
  readonly directory: string;
  readonly context: OperationContext;
  readonly write: (files: Readonly<Record<string, string>>) => void;
  /** What validation complains about. */
  readonly complaints: () => Promise<readonly Diagnostic[]>;
  readonly lock: (...names: readonly string[]) => ReturnType<typeof lockProviders>;
}

/** Where the provider is installed. */
export const installed = 'node_modules/m3forge-provider-acme';

/** A configuration whose backups go to it. */
export const configuration = (provider: string, options = '{ url: "https://example.com" }') => `version: 1
project: x
environments: { dev: { type: development } }
targets: { dev: { environment: dev, version: latest } }
backups:
  provider: acme
  options: ${options}
providers:
  acme: ${provider}
`;

export const withProvider = configuration('{ package: m3forge-provider-acme, version: ^1.0 }');

/** A project with one provider installed, and nothing locked. */
export const createProviderProject = (
  yaml = withProvider,
  files: Readonly<Record<string, string>> = {},
): ProviderProject => {
  const directory = temporaryDirectory();
  const write = (all: Readonly<Record<string, string>>): void => writeFiles(directory, all);
  const provider = packageFiles({ 'provider.js': providerSource(), ...files });
  write({ 'm3forge.yaml': yaml, 'workflows/a.json': workflowFile('a') });
  write(Object.fromEntries(Object.entries(provider).map(([path, text]) => [`${installed}/${path}`, text])));
  const context: OperationContext = {
    system: testSystem({ cwd: () => directory }),
    host: createProviderHost({}, { silenceMs: 20_000, exchangeMs: 1000 }),
    redactor: createRedactor(),
    toolVersion: 'test',
    location: {},
    actor: 'tester',
    ciRun: null,
  };
  const complaints = async () => valueIn(await validate(context, {})).diagnostics;
  return { directory, context, write, complaints, lock: (...names) => lockProviders(context, { names }) };
};
