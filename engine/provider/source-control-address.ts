import { refuse } from '../diagnostics/index.ts';
import { apiUrl, repositoryParts } from '../values/index.ts';
import type { SourceControlContext } from './source-control.ts';

/** Where a repository is with its host. */
export interface SourceControlAddress {
  readonly owner: string;
  readonly repo: string;
  /** Of the API, without a slash at its end. */
  readonly url: string;
  /** For people. */
  readonly label: string;
}

/**
 * What the configuration comes to. It is checked for this as well, but what comes from a variable is known only now. It may
 * be the wrong one, with a secret in it, and is not shown.
 */
export const sourceControlAddress = (
  { repository, url: text }: Pick<SourceControlContext, 'repository' | 'url'>,
  usualUrl: string | undefined,
): SourceControlAddress => {
  const wrong = (key: string, what: string) =>
    refuse('config-source-control', {
      detail: `What \`source_control.${key}\` comes to is no ${what}.`,
      hint: `Mend \`source_control.${key}\`, or the variable that it is taken from.`,
    });
  const parts = repositoryParts(repository);
  if (!parts) throw wrong('repository', 'repository, such as `acme/workflows`');
  const url = apiUrl(text ?? usualUrl ?? '');
  if (!url) throw wrong('url', 'address of an API, such as `https://git.example.com/api/v1`');
  const [owner, repo] = parts;
  return { owner, repo, url: url.href.replace(/\/+$/, ''), label: `${owner}/${repo} at ${url.host}` };
};
