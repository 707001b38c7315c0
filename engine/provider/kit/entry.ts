/** What authors of providers import: `m3forge/provider-kit`. It brings nothing else of m3forge with it. */
export type * from '../author.ts';
export type { ConformanceCase } from './case.ts';
export type { Conformance } from './conformance.ts';
export { createConformance } from './conformance.ts';
