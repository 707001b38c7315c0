import type { ParsedDocument } from '../documents/index.ts';
import type { JsonObject } from '../values/index.ts';
import type { SourceControlConfig } from './config.ts';
import { withoutPassword } from './expression.ts';
import type { ConfigFile } from './file.ts';

/** The host of pull requests, as far as it is written; what the schema refused has had its complaint. */
export const sourceControlOf = (
  { source_control: written }: Pick<ConfigFile, 'source_control'>,
  locate: ParsedDocument['locate'],
): SourceControlConfig | undefined => {
  if (typeof written !== 'object' || written === null) return undefined;
  const { provider, repository, token, url, deployments } = written;
  if (typeof provider !== 'string' || typeof repository !== 'string') return undefined;
  const at = (key: string) => locate(['source_control', key]);
  return {
    provider,
    repository,
    ...(typeof token === 'string' && { token: { text: token, range: at('token') } }),
    ...(typeof url === 'string' && { url: { text: url, range: at('url') } }),
    deployments: deployments === true,
  };
};

/** As it is compared and recorded, in the words of the file; the token is who asks, and no part of what is asked. */
export const sourceControlBody = (config: SourceControlConfig | undefined): JsonObject =>
  config === undefined
    ? {}
    : {
        provider: config.provider,
        repository: config.repository,
        ...(config.url && { url: withoutPassword(config.url.text) }),
        ...(config.deployments && { deployments: true }),
      };
