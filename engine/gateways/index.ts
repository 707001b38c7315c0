/**
 * The gateways of a target: asked how they are, judged against what workflows need, brought to what is active, and given a
 * workflow to run.
 *
 * Promises that no gateway is believed for its HTTP status, that a planner which m3forge did not put there is never
 * touched, and that an invocation is attributed to a version only where the gateway shows it. It may not know what a plan
 * or a release is, and decides nothing about either.
 */
export { checkGateways, type GatewayCheck } from './check.ts';
export { bringGateways, type FollowOrder, followersAmong, gatewaysBehind } from './follow.ts';
export { runInvocation, type Verdict } from './invocation.ts';
export { followLimit } from './limit.ts';
export { type LocateInArtifact, readNeeds, type WorkflowNeeds } from './needs.ts';
export type { OpenGateway } from './open-gateway.ts';
export { faultsOf, type GatewayPreflight, preflight, preflightSummary } from './preflight.ts';
export { type GatewayReading, type Peer, readGateways } from './reading.ts';
