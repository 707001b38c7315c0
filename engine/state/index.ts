/**
 * What is recorded: places and their leases, versions and manifests, change sets, the declared configuration, releases with
 * their journal and log, avoids and holds, backups, what people are told, and the hash-chained audit trail.
 *
 * Promises that a change and its audit row are one transaction, and that nothing is written for a release by anyone but
 * the holder of its lease. It may not know why something is recorded, and never looks into a place.
 */
export type { Vote } from './approvals.ts';
export { listVotes, recordVote } from './approvals.ts';
export type { AuditEntry, AuditEvent, AuditFilter } from './audit.ts';
export {
  appendAudit,
  auditBatches,
  countAudit,
  eachAuditEntry,
  findAudit,
  hashOfEntry,
  isAudited,
} from './audit.ts';
export type { ChainFault, ChainHead, ChainReport, Checkpoint } from './audit-chain.ts';
export { faultByCheckpoints, followChain } from './audit-chain.ts';
export type { Avoid, FormerAvoid } from './avoids.ts';
export { addAvoid, everyAvoid, liftAvoids, listAvoids } from './avoids.ts';
export type { BackupRecord } from './backups.ts';
export {
  backupSizes,
  backupsInNeed,
  lastBackup,
  listBackups,
  markRemoved,
  markUnproven,
  markVerified,
  recordBackup,
  replaceBackupIndex,
} from './backups.ts';
export type { BlobRecord } from './blobs.ts';
export { findBlobs, rememberBlobs } from './blobs.ts';
export type {
  ChangedItem,
  ChangeSetEntry,
  ChangeSetRecord,
  ChangeSetState,
  NewChangeSet,
  NewEntry,
  SeenChangeSet,
} from './change-sets.ts';
export {
  addEntries,
  changeSetById,
  changeSetsOfVersion,
  changeSetsWith,
  closeChangeSet,
  createChangeSet,
  findChangeSets,
  listChangeSets,
  markReady,
  openChangeSetNamed,
  openChangeSets,
  removeEntries,
} from './change-sets.ts';
export type { DeclaredChange, DeclaredRecord } from './declared.ts';
export { configurationUses, readDeclared, recordDeclared, useConfiguration } from './declared.ts';
export { forgetDriftTold, tellDriftOnce } from './drift-told.ts';
export type { Forgetting, ForgottenPlace } from './forget.ts';
export { forgetPlace, forgetVersion } from './forget.ts';
export type { GateResult, GateVerdict } from './gates.ts';
export { gatesOfReleases, keepGates, listGates } from './gates.ts';
export type { StateHandle } from './handle.ts';
export type { AskedFacts, Happening, ReleaseFacts, Tell } from './happenings.ts';
export type { Hold, HoldScope } from './holds.ts';
export { addHold, findHolds, holdStops, holdsOf, liftHold, listHolds } from './holds.ts';
export type { LogLine, StepRecord } from './journal.ts';
export { appendLog, beginStep, endStep, listSteps, readLog } from './journal.ts';
export type { LeaseCondition, LeasedPlace, LeaseHolder } from './lease-holders.ts';
export { leaseUnknown, listLeases, mayBeAtWork, takeLeaseAway } from './lease-holders.ts';
export type { Lease, LeaseRequest } from './leases.ts';
export { acquireLease, requireLease } from './leases.ts';
export type { TreeKnowledge } from './manifests.ts';
export { findOrigin, findProblems, findTree, readManifest, rememberTree, saveManifest } from './manifests.ts';
export type { Occurrence, OccurrenceKey, OccurrenceOutcome } from './occurrences.ts';
export {
  claimOccurrence,
  knownOccurrences,
  lastOccurrence,
  listOccurrences,
  noteAnnouncement,
  noteHindrance,
  noteOccurrence,
  occurrenceOfRelease,
  openOccurrences,
  passOccurrenceOn,
  settleOccurrence,
  unwatchSchedules,
  watchSchedule,
  whileServing,
} from './occurrences.ts';
export type { State } from './open.ts';
export { momentNow, openState, stateSchemaVersion } from './open.ts';
export type { FailedAttempt, OutboxMessage, Sink, WaitingSink } from './outbox.ts';
export {
  digestOfSink,
  enqueue,
  forgetSent,
  listOutbox,
  nextMessage,
  recordAttempt,
  recordDelivered,
  recordHindrance,
  tryAgain,
  waitingSinks,
  whileSendingTo,
} from './outbox.ts';
export type { PlaceRow } from './places.ts';
export { findPlace, rebindPlace, registerPlace } from './places.ts';
export type { RecordedPlace, Records } from './recorded.ts';
export { readAtOneMoment, readRecords } from './recorded.ts';
export { factsOfRecord } from './release-facts.ts';
export type {
  NewRelease,
  PlacedRelease,
  PlannedScope,
  ReleaseChange,
  ReleaseFailure,
  ReleaseRecord,
  ReleaseState,
} from './releases.ts';
export {
  changeRelease,
  createRelease,
  everyRelease,
  findReleases,
  lastSuccess,
  listReleases,
  readScope,
  readSection,
  releaseById,
  releaseOfPlan,
  releasesById,
  setReleaseBackup,
  unfinishedRelease,
  unfinishedReleases,
} from './releases.ts';
export type { ReportedRelease } from './reported.ts';
export { reportedReleases } from './reported.ts';
export type { Review, ReviewOutcome } from './reviews.ts';
export { closeReview, closeReviewsBut, listReviews, openReview } from './reviews.ts';
export type { SmokeRun } from './smoke-runs.ts';
export { recentRuns, recordSmokeRun, smokeRunsOf } from './smoke-runs.ts';
export type { KnownToken, NewToken, Token } from './tokens.ts';
export { addToken, findToken, hasTokens, listTokens, revokeToken } from './tokens.ts';
export type { VersionChange, VersionChanges } from './version-changes.ts';
export { changesOfVersion, recordVersionChanges, versionChangesWith } from './version-changes.ts';
export type { Deprecation, RecordedVersion, VersionCreation, VersionRecord } from './versions.ts';
export {
  createVersion,
  deprecatedVersions,
  deprecateVersion,
  findVersions,
  listVersions,
  recordVersion,
  versionsMadeOf,
} from './versions.ts';
export {
  claimRelease,
  endUnstarted,
  letWait,
  lockReleases,
  lockWaiting,
  overdueReleases,
  stopClock,
  supersededBy,
  waitingReleases,
} from './waiting.ts';
