/** The hosts whose runners a file is made for. */
export type CiHost = 'github' | 'gitea';

/** What of a project goes into the file. */
export interface CiPlot {
  readonly host: CiHost;
  /** The folder of the configuration in the repository, with forward slashes; empty where it is the repository itself. */
  readonly folder: string;
  /** The targets that a new tag starts a release to, in their order. */
  readonly triggered: readonly string[];
  /** Those that somebody can apply a version to, in their order; triggered ones among them. */
  readonly byHand: readonly string[];
  /** The environment variables that the configuration refers to, sorted. */
  readonly variables: readonly string[];
  /** What the host is asked with, in every job: variables of `source_control`, and where the runner has each of them from. */
  readonly asking: readonly (readonly [name: string, value: string])[];
  /** Whether some of what is recorded or released lies in an embedded database. */
  readonly embedded: boolean;
  /** The glob of the tags that are versions. */
  readonly versionPattern: string;
  /** That pull requests are merged into. */
  readonly mainBranch: string;
  /** Whether the host is told of releases. */
  readonly deployments: boolean;
}

/** What the runner fills in: `${{ github.token }}`. */
export const filled = (expression: string): string => `\${{ ${expression} }}`;

/** A text in quotes, as YAML has it. */
export const quoted = (text: string): string => JSON.stringify(text);

/** What is chosen in the place of a target where nothing is to be released. No target can be called so. */
export const previewsAlone = '(no release, only previews)';

/** As an expression of the runner has a text. */
const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/**
 * The condition of a job that somebody has asked for, from the main branch alone: what another one has was not reviewed.
 * `release` says which of the two he may have chosen.
 */
export const askedFor = ({ mainBranch, byHand }: CiPlot, { release }: { readonly release: boolean }): string => {
  const asked = `github.event_name == 'workflow_dispatch' && github.ref == ${literal(`refs/heads/${mainBranch}`)}`;
  // Without targets there is nothing to choose from.
  if (byHand.length === 0) return asked;
  return `${asked} && github.event.inputs.target ${release ? '!=' : '=='} ${literal(previewsAlone)}`;
};

/** The token that the runner has from its host, for as long as a job runs. */
export const hostTokens: Readonly<Record<CiHost, readonly [name: string, value: string]>> = {
  github: ['GITHUB_TOKEN', filled('github.token')],
  gitea: ['GITEA_TOKEN', filled('secrets.GITEA_TOKEN')],
};

const ofHost: readonly string[] = Object.values(hostTokens).map(([name]) => name);

/** As many lines of `env:` of a step. */
export const askingLines = ({ asking }: Pick<CiPlot, 'asking'>): readonly string[] =>
  asking.map(([name, value]) => `          ${name}: ${value}`);

/** The secrets that somebody has to set at the host, by name. */
export const secretsOf = ({ variables, asking }: Pick<CiPlot, 'variables' | 'asking'>): readonly string[] =>
  variables.filter((name) => !ofHost.includes(name) && !asking.some(([one]) => one === name));

/** A variable of the repository: no secret, so that jobs of forks have it too. */
const ofRepository = (name: string): string => filled(`vars.${name}`);

/** The variables of the repository that somebody has to set at the host, by name. */
export const repositoryVariablesOf = ({ asking }: Pick<CiPlot, 'asking'>): readonly string[] =>
  asking.filter(([name, value]) => value === ofRepository(name)).map(([name]) => name);

/** What each host keeps to itself: neither a secret nor a variable of a repository may be called so. */
const kept: Readonly<Record<CiHost, RegExp>> = { github: /^GITHUB_/i, gitea: /^(?:GITHUB|GITEA)_/i };

/** Those of them that nobody can set at the host. */
export const unsettable = (host: CiHost, names: readonly string[]): readonly string[] =>
  names.filter((name) => kept[host].test(name));

/**
 * What a job that asks the host is told: whatever the configuration calls its token is the token of the job. GitHub says where
 * its API is; the runners of Gitea know the address that they were given themselves, which may be one of inside.
 *
 * @param tokens - The variables of `source_control.token`.
 * @param url - `source_control.url`, with the variables in it.
 */
export const askingOf = (
  host: CiHost,
  tokens: readonly string[],
  url: { readonly text: string; readonly variables: readonly string[] } | undefined,
): CiPlot['asking'] => {
  const [usual, token] = hostTokens[host];
  const isWhole = /^\$\{[^{}]+\}$/.test(url?.text.trim() ?? '');
  const address = (name: string): string =>
    host === 'github' && isWhole ? filled('github.api_url') : ofRepository(name);
  const named = (tokens.length === 0 ? [usual] : tokens).map((name) => [name, token] as const);
  const others = (url?.variables ?? []).filter((name) => !tokens.includes(name));
  return [...named, ...others.map((name) => [name, address(name)] as const)];
};
