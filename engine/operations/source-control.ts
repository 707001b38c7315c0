import { type Config, expandExpression, passwordsIn, variablesIn, withItsParts } from '../config/index.ts';
import { Refusal, refuse } from '../diagnostics/index.ts';
import type { ProviderHost, SourceControl } from '../provider/index.ts';
import type { System } from '../system/index.ts';
import { type Redactor, Secret } from '../values/index.ts';

interface Opening {
  readonly system: System;
  readonly host: ProviderHost;
  readonly redactor: Redactor;
}

type Named = Pick<Config, 'sourceControl'>;

/** Who comes by with a proxy's password sees it in the environment; nobody sees it here. */
const proxies = ['HTTPS_PROXY', 'HTTP_PROXY', 'https_proxy', 'http_proxy'];

/**
 * What the variables of `source_control` hold is shown by nobody. Nothing is asked of the host by it: a smoke test may print
 * its whole environment.
 */
export const learnSourceControl = ({ system, redactor }: Omit<Opening, 'host'>, { sourceControl }: Named): void => {
  if (!sourceControl) return;
  const names = [sourceControl.token, sourceControl.url].flatMap((one) => (one ? variablesIn(one.text) : []));
  const values = names.flatMap((name) => system.env(name) ?? []).map((value) => new Secret(value));
  for (const secret of values.flatMap(withItsParts)) redactor.add(secret);
};

const resolvedOf = (
  expression: Parameters<typeof expandExpression>[0] | undefined,
  system: System,
): Secret | undefined => {
  if (!expression) return undefined;
  const expanded = expandExpression(expression, system);
  if (!expanded.ok) throw new Refusal(expanded.diagnostics);
  return expanded.value;
};

/**
 * The host of pull requests, closed by the caller. Throws `Refusal`: `source-control-none` where the configuration names none,
 * `config-missing-variable`, `config-source-control`.
 */
export const openSourceControl = async (
  { system, host, redactor }: Opening,
  { sourceControl }: Named,
): Promise<SourceControl> => {
  if (!sourceControl) {
    throw refuse('source-control-none', {
      detail: 'The configuration does not say where pull requests are.',
      hint: `Name the host, such as:\n\n    source_control: { provider: github, repository: acme/workflows, token: "\${env.GITHUB_TOKEN}" }`,
    });
  }
  const { provider, repository } = sourceControl;
  const token = resolvedOf(sourceControl.token, system);
  if (token) redactor.add(token);
  for (const name of proxies) {
    for (const password of passwordsIn(new Secret(system.env(name) ?? ''))) redactor.add(password);
  }
  const url = resolvedOf(sourceControl.url, system)?.reveal();
  return host.open(provider, 'sourceControl', { system, repository, url, token, redact: redactor.redact });
};

/** Opens the host for a piece of work, and closes it whatever becomes of that. */
export const withSourceControl = async <T>(
  opening: Opening,
  config: Named,
  work: (sourceControl: SourceControl) => Promise<T>,
): Promise<T> => {
  const sourceControl = await openSourceControl(opening, config);
  try {
    return await work(sourceControl);
  } finally {
    await sourceControl.close();
  }
};
