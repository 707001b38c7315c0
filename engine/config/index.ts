/**
 * `m3forge.yaml`: found, read with what it includes, normalised, judged by named rules, and handed out as one `Config`.
 *
 * Promises that every problem of a configuration is said in one run with its position, and that no key is accepted and
 * ignored. It may not know what is recorded, planned or running, and resolves no expression before it is used.
 */
export { noApprovals } from './approvals.ts';
export type {
  BackupsConfig,
  ChangeSetRule,
  Config,
  DatabaseSpec,
  EnvironmentConfig,
  EventName,
  Expression,
  GatewayConfig,
  NotificationConfig,
  ProviderConfig,
  SmokeTest,
  SourceConfig,
  SourceControlConfig,
  StateConfig,
  TargetConfig,
  Variable,
  VersionSpec,
} from './config.ts';
export type { GatesConfig, PerformanceGateConfig, PolicyConfig, Severity, TestGateConfig } from './config-gates.ts';
export type { ApprovalsConfig, EmergencyConfig, PromotionConfig } from './config-releases.ts';
export type { Declaration, TargetRules } from './declare.ts';
export { declarationsOf, rulesIn } from './declare.ts';
export { type GatewayReference, gatewayIn, referencesIn } from './declare-gateways.ts';
export { expandExpression, passwordsIn, referencesIn as variablesIn } from './expression.ts';
export type { ConfigLocation } from './find.ts';
export { findConfig } from './find.ts';
export type { FormattedFile } from './format.ts';
export { formatConfig } from './format.ts';
export { requiredGates } from './gates.ts';
export { gatewaysWithin } from './gateways.ts';
export { includedPaths } from './include.ts';
export { configSchema, loadConfig, prepareToLoad } from './load.ts';
export { lockFileName, type ProviderPin, type ProviderPins, readPins, renderPins } from './lock-file.ts';
export { targetNames } from './names.ts';
export type { PolicyAnswer, PolicyCompiler, PolicyFacts } from './policy-language.ts';
export { loadPolicyLanguage } from './policy-language.ts';
export { type ResolvedOptions, resolveOptions } from './provider-options.ts';
export { builtInProviders } from './providers.ts';
export type { Action, EnvironmentType, Role } from './roles.ts';
export { actions, bothRoles, grantedTo, isRole, rolesFor, rolesIn, wordsOf } from './roles.ts';
export { faultOfGatewayUrl } from './rules-gateways.ts';
export type { ScheduleConfig, TriggersConfig } from './schedules.ts';
export { firesWithin, nextPublish } from './schedules.ts';
export { secretsIn, withItsParts } from './secrets.ts';
export { sliceWith } from './slice.ts';
export { invokesAny } from './smoke-tests.ts';
export type { MemberConfig } from './team.ts';
export type { Winner } from './variables.ts';
export { winnersOf } from './variables.ts';
export { variablesNeeded } from './variables-needed.ts';
export type { Closure, WindowConfig, WindowSets } from './windows.ts';
export { abortsAt, closesAt, closuresAt, opensAt, pausesAt } from './windows.ts';
export type { NewFile } from './write-files.ts';
export { createFiles, replaceFile } from './write-files.ts';
