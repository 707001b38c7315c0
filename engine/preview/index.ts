/**
 * What merging a commit would bring to each target, from two commits alone: which artifacts, in which version, to which
 * targets and gateways.
 *
 * Promises that nothing of the head is run or resolved, that configuration and policies are those of the base, and that its
 * cost follows what differs. It may not know databases, places or releases.
 */

export type { GraphState, WorkflowGraph } from '../artifacts/index.ts';
export { withUses } from './calls.ts';
export { type Comparison, compareArtifacts, withTaken } from './compare.ts';
export { configurationNotes, countedNotes, programNotes } from './configuration.ts';
export type {
  ConfigurationCounts,
  ConfigurationNote,
  NextVersion,
  PreviewChange,
  PreviewCommit,
  PreviewDocument,
  PreviewGate,
  PreviewProblem,
  PreviewTarget,
  WorkflowUses,
} from './document.ts';
export { previewGates } from './gates.ts';
export { mayHaveName, namesTaken } from './names.ts';
export { countsOf, outlookOf, previewedTargets, type Running } from './targets.ts';
export { verdictOf } from './verdict.ts';
