/**
 * Desired, recorded and actual in; a plan out. Reading is `refresh`; deciding is pure.
 *
 * Promises that a plan is complete and inert: it says everything that would be done and why, it is sealed by digests
 * that depend on nothing else, and looking changes nothing. It may not know how a plan is carried out or shown.
 */
export type { BlockFacts } from './blocks.ts';
export { blocksOf, scheduledBlock } from './blocks.ts';
export type { ConfigurationPlan, PlannedChange, Scope } from './configuration.ts';
export { configurationSection, isInert, planConfiguration, shownBody } from './configuration.ts';
export type { ReadyVersion } from './desired.ts';
export { forTarget, prepareVersion, selectionOf } from './desired.ts';
export type { BodyReader } from './details.ts';
export { hasRelease, hasWork, integrityOf, sectionDigest } from './digests.ts';
export type * from './document.ts';
export { whatMoved } from './freshness.ts';
export { gatewaysInEffect, peersInEffect } from './gateways-in-effect.ts';
export type { KeptBodies } from './kept-bodies.ts';
export { createKeptBodies } from './kept-bodies.ts';
export type { Former } from './previous.ts';
export { formerOf, previousOf } from './previous.ts';
export type { PlaceReading } from './refresh.ts';
export { isUndisturbed, refresh } from './refresh.ts';
export type { Desired, SectionInput } from './section.ts';
export { planSection } from './section.ts';
export type { HeldTarget } from './strict-rules.ts';
export { holdToRecorded } from './strict-rules.ts';
export { recordedVariables, variablesBetween, wantedVariables } from './variables.ts';
export { evidenceBetween } from './version-evidence.ts';
