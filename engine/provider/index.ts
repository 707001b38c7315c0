/**
 * What a provider is, and the host that loads providers and calls them.
 *
 * Promises providers a small, documented contract, and the engine that whatever a provider throws comes back as a
 * diagnostic or as a bug report that names the provider. It may not know what plans and releases are.
 */
export type * from './contract.ts';
export type * from './gateway.ts';
export type { ProviderHost, ProviderLoaders } from './host.ts';
export { createProviderHost } from './host.ts';
