/**
 * What a provider is, the host that loads providers and calls them, and the kit that tries whether one keeps its contract.
 *
 * Promises providers a small, documented contract, and the engine that whatever a provider throws comes back as a
 * diagnostic or as a bug report that names the provider. One of a third party is what was locked, runs in a process of its
 * own, and can neither hold a release up nor print into its output. It may not know what plans and releases are.
 */
export type { ThirdPartyKind } from './author.ts';
export type * from './contract.ts';
export type * from './gateway.ts';
export type { HostLimits, ProviderHost, ProviderLoaders } from './host.ts';
export { createProviderHost } from './host.ts';
export type { InstalledProvider } from './installed.ts';
export { findInstalled, labelOf, pinFault } from './installed.ts';
export type { ConformanceCase } from './kit/case.ts';
export { storeCases } from './kit/store-cases.ts';
export type * from './notifier.ts';
export type { NotifierPost } from './notifier-post.ts';
export { postNotice } from './notifier-post.ts';
export { checkOptions } from './options.ts';
export { startConformance, stopConformance } from './process/conform.ts';
export type * from './source-control.ts';
export { type SourceControlAddress, sourceControlAddress } from './source-control-address.ts';
export { createdOf, given, isUnreadable, listOf, objectOf } from './source-control-answer.ts';
export { connectSourceControl, type SourceControlConnection } from './source-control-connection.ts';
export { statusOf } from './source-control-problem.ts';
export { type CommentsOf, type HostComment, putSticky } from './sticky-comment.ts';
