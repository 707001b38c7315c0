import { defineCodes } from './define.ts';

/** `m3forge.yaml`. */
export const configCodes = defineCodes({
  'config-not-found': { summary: 'No configuration file', exit: 1 },
  'config-not-available': { summary: 'Known, not available yet', exit: 3 },
  'config-nested-include': { summary: 'An included file includes another', exit: 3 },
  'config-key-in-two-files': { summary: 'A key is given in two files', exit: 3 },
  'config-alias-conflict': { summary: 'Two spellings of one key disagree', exit: 3 },
  'config-invalid-name': { summary: 'A name that cannot be used', exit: 3 },
  'config-invalid-schema-name': { summary: 'A database schema name that cannot be used', exit: 3 },
  'config-invalid-database': { summary: 'A database that cannot be used', exit: 3 },
  'config-invalid-version': { summary: 'A version that cannot be understood', exit: 3 },
  'config-invalid-path': { summary: 'A path that cannot be used', exit: 3 },
  'config-unknown-environment': { summary: 'The environment does not exist', exit: 3 },
  'config-unknown-target': { summary: 'The target does not exist', exit: 3 },
  'config-from-cycle': { summary: 'Targets take their version from one another in a circle', exit: 3 },
  'config-shared-place': { summary: 'A place belongs to one environment only', exit: 3 },
  'config-competing-targets': { summary: 'Two targets compete for one place', exit: 3 },
  'config-state-on-laptop': { summary: 'The state of a shared environment must be on a server', exit: 3 },
  'config-smoke-test': { summary: 'A smoke test that cannot run', exit: 3 },
  'config-backups': { summary: 'Backups that cannot be kept in this way', exit: 3 },
  'config-unknown-provider': { summary: 'The provider does not exist', exit: 3 },
  'config-provider': { summary: 'A provider that cannot be used', exit: 3 },
  'config-tls-unverified': { summary: 'A server that need not prove who it is', exit: 3 },
  'config-expression': { summary: 'An expression that cannot be resolved', exit: 3 },
  'config-missing-variable': { summary: 'An environment variable is not set', exit: 1 },
  'config-literal-password': { summary: 'A password stands in the configuration', exit: 3 },
});
