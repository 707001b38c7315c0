/**
 * Git tags to immutable versions and manifests: which tag a specification means, which artifacts its tree holds, and what
 * is in them, through the `git` program and never through a checkout; what was merged, and by what; and how the next version
 * is numbered, described and tagged.
 *
 * Promises that nothing in a repository can run a program, that only filling the copy of a repository elsewhere, and handing
 * a tag over, reach the network, for a bounded time and without a question, that unchanged content is neither read nor
 * parsed again, and that memory does not grow with the size of a version. It may not know places, plans or releases.
 */

export type { ReadBlob, WantedBlob } from './blobs.ts';
export { gitVersion, oldestGit } from './git-version.ts';
export type { History, Trees, Way } from './history.ts';
export { openHistory } from './history.ts';
export { type KeptFile, openKeptFile } from './kept-file.ts';
export type { Branch, Standing } from './main-line.ts';
export type { Merge, MergeEnds, MergeReader } from './merge.ts';
export { openMergeReader } from './merge.ts';
export { withContents, withFolders } from './merge-file.ts';
export type { MergedArtifacts } from './merged-artifacts.ts';
export { artifactsOfMerge, manifestsAbove } from './merged-artifacts.ts';
export { projectOfMerge } from './merged-project.ts';
export type { NearVersion } from './near-version.ts';
export { readNearVersion } from './near-version.ts';
export type { ChosenVersion, NextVersion } from './next-version.ts';
export { chooseNextVersion } from './next-version.ts';
export { openSource } from './open-source.ts';
export { folderInRepository } from './own-repository.ts';
export { checkFolders } from './processor-folders.ts';
export type { CommitOnTheWay, Merged } from './pull-request.ts';
export { mergedIn } from './pull-request.ts';
export type { KnownFiles, LocatedFile, ProcessorPlace } from './read-processor.ts';
export { readProcessor } from './read-processor.ts';
export type { BlobKnowledge, ReadOrder, VersionContent } from './read-version.ts';
export { noKnowledge, readVersion } from './read-version.ts';
export type { NotedChangeSet, NotesInput } from './release-notes.ts';
export { releaseNotes, titleOf } from './release-notes.ts';
export type { ResolveOptions } from './resolve-version.ts';
export { resolveVersion } from './resolve-version.ts';
export type { Author, Revision, Source, SourceOptions } from './source.ts';
export type { Tagger, TagOrder } from './tagging.ts';
export { openTagger, takenThere } from './tagging.ts';
export type { TaggedVersion } from './tags.ts';
export type { FolderEntry, Selection, TreeEntry } from './tree.ts';
export { commitOfUntagged, isUncommitted, isUntagged, untaggedVersion } from './untagged.ts';
export { readWorkingProcessor } from './working-processor.ts';
