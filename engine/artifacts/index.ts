/**
 * Workflows, agents and processors as they lie in files: read, named, digested, validated, and compared in words that people use.
 *
 * Promises that one content has one digest, that every complaint names the node and its line, that a difference is plain
 * JSON of bounded size without secrets, and that time is linear in the size of an artifact. It may not know where files
 * come from, where artifacts are released to, or which gateway runs them.
 */
export type { Artifact, ArtifactShape, Locator, ReadArtifact } from './artifact.ts';
export { caseless, findCollisions, type NamedFile } from './collisions.ts';
export type { Bump, Evidence } from './demand.ts';
export { compareBumps, demandOf, greatestBump } from './demand.ts';
export { differenceOf, reasonOf, type SeenFiles, valueDifferenceOf } from './difference.ts';
export type {
  ArtifactDifference,
  DifferenceCounts,
  Edge,
  EdgeDifference,
  FileChange,
  FileState,
  NodeChange,
  NodeDifference,
  NodeReference,
  TextLine,
  ValueChange,
} from './difference-document.ts';
export type { ValidationChecks } from './finding.ts';
export { nameOfFile } from './name.ts';
export { compareValues } from './path-difference.ts';
export type { FileMode, ProcessorFile } from './processor.ts';
export { filesOf, isFileMode } from './processor.ts';
export { type FileAtWork, fileChangesOf, lookAtFile } from './processor-difference.ts';
export type { FoundFile } from './processor-files.ts';
export { checkProcessorFiles, mostProcessorBytes } from './processor-files.ts';
export { type ArtifactFile, largestArtifact, readArtifact, readKnownBody } from './read-artifact.ts';
export { isSlow, mayHideWords, readName } from './read-name.ts';
export { planMark, planOf, type RunNeed, rootIdOf, runNeedsOf, withoutMark } from './run-needs.ts';
export { chooseDiagnostics, validateArtifact } from './validate-artifact.ts';
export { type GraphState, graphOf, type WorkflowGraph } from './workflow-graph.ts';
