import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { ApiDescription, type OpenApiDocument } from './openapi.ts';

const published = join(
  dirname(createRequire(import.meta.url).resolve('@octokit/openapi/package.json')),
  'generated/api.github.com.json',
);

/** What GitHub publishes about its REST API: 13 MB. */
export const githubApi = new ApiDescription(
  'GitHub',
  () => JSON.parse(readFileSync(published, 'utf8')) as OpenApiDocument,
);

/** What Gitea publishes about the routes that we ask for: no package has its document, so the facts of it are in a file of ours. */
export const giteaApi = new ApiDescription(
  'Gitea',
  () => parse(readFileSync(join(import.meta.dirname, 'gitea.openapi.yaml'), 'utf8')) as OpenApiDocument,
);
