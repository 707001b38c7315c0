import { defineCodes } from './define.ts';

export const versionCodes = defineCodes({
  'git-missing': { summary: 'Git is not installed', exit: 1 },
  'source-missing': { summary: 'The source does not exist', exit: 1 },
  'source-not-a-repository': { summary: 'The source is no Git repository', exit: 1 },
  'source-unreadable': { summary: 'The source cannot be read', exit: 1 },
  'source-corrupt': { summary: 'The source is damaged', exit: 1 },
  'source-bundle-incomplete': { summary: 'The Git bundle is not complete', exit: 1 },
  'source-object-missing': { summary: 'The source lacks part of its history', exit: 1 },
  'source-ref-unknown': { summary: 'No such branch, tag or commit', exit: 1 },
  'source-path-invalid': { summary: 'File name not usable', exit: 3 },
  'source-kind-ambiguous': { summary: 'File matches the globs of two kinds', exit: 3 },
  'source-entry-unsupported': { summary: 'Link or submodule in the place of a file', exit: 3 },
  'source-file-too-large': { summary: 'File too large for an artifact', exit: 3 },
  'version-unknown': { summary: 'No such version', exit: 1 },
  'version-ambiguous': { summary: 'Two tags name one version', exit: 1 },
  'version-all-avoided': { summary: 'Every matching version is avoided', exit: 6 },
});
