/**
 * `m3forge.yaml`: found, read with what it includes, normalised, judged by named rules, and handed out as one `Config`.
 *
 * Promises that every problem of a configuration is said in one run with its position, and that no key is accepted and
 * ignored. It may not know what is recorded, planned or running, and resolves no expression before it is used.
 */
export type {
  BackupsConfig,
  Config,
  DatabaseSpec,
  EnvironmentConfig,
  Expression,
  ProviderConfig,
  SmokeTest,
  SourceConfig,
  StateConfig,
  TargetConfig,
  VersionSpec,
} from './config.ts';
export { expandExpression, passwordsIn } from './expression.ts';
export type { ConfigLocation } from './load.ts';
export { loadConfig } from './load.ts';
export { lockFileName, type ProviderPin, type ProviderPins, readPins, renderPins } from './lock-file.ts';
export { type ResolvedOptions, resolveOptions } from './provider-options.ts';
export { builtInProviders } from './providers.ts';
export { secretsIn } from './secrets.ts';
