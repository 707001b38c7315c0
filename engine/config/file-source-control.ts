/** The host of the repository, with its pull requests. */
export interface SourceControlFile {
  /** What runs there. */
  readonly provider: 'github' | 'gitea';
  /**
   * `owner/name`, as the host calls it.
   * @minLength 1
   */
  readonly repository: string;
  /** `${env.NAME}` with a token; without one, what anybody may read is read. */
  readonly token?: string;
  /**
   * Where the API is: `https://HOST/api/v1` of Gitea, which needs it; `https://HOST/api/v3` of GitHub Enterprise.
   * `https://api.github.com` where it is not given.
   */
  readonly url?: string;
  /**
   * Whether the host is told of each release, as a deployment that stands beside its commit; of `github`, with a token.
   * `false` where it is not given.
   */
  readonly deployments?: boolean;
}
