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

/** The token that the runner has from its host, for as long as a job runs. */
export const hostTokens: Readonly<Record<CiHost, readonly [name: string, value: string]>> = {
  github: ['GITHUB_TOKEN', filled('github.token')],
  gitea: ['GITEA_TOKEN', filled('secrets.GITEA_TOKEN')],
};

const ofHost: readonly string[] = Object.values(hostTokens).map(([name]) => name);

/** The secrets that somebody has to set at the host, by name. */
export const secretsOf = ({ variables }: Pick<CiPlot, 'variables'>): readonly string[] =>
  variables.filter((name) => !ofHost.includes(name));
