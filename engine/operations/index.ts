/**
 * One file per user intention: the only door for the command line and, later, the server.
 *
 * Promises data and diagnostics, never text for a terminal, and that everything it opened is closed. It may not know who
 * asks or how the answer is shown.
 */
export type { ReleaseEvent } from '../apply/index.ts';
export type { Delivery, Preview, Trial } from '../notifications/index.ts';
export type { PlanDocument, PlanSection } from '../plan/index.ts';
export type { PreviewDocument } from '../preview/index.ts';
export type { AuditEntry } from '../state/index.ts';
export type { ApplyRequest } from './apply.ts';
export { apply } from './apply.ts';
export type { AppliedSection, ApplyManner, ApplyReport } from './apply-planned.ts';
export type { Decided, StandingView } from './approvals.ts';
export { approve, cancel, reject } from './approvals.ts';
export type { Anchored, AuditRequest, VerifiedTrail } from './audit.ts';
export { anchorAudit, listAudit, verifyAudit } from './audit.ts';
export type { ReportedChange } from './audit-changes.ts';
export type { AuditReport } from './audit-report.ts';
export { reportAudit } from './audit-report.ts';
export type { StandardName } from './audit-standards.ts';
export type { BackupView, Pruned, RestoreRequest, VerifiedBackup } from './backup.ts';
export { createBackup, listAllBackups, prune, restoreBackup, verifyBackups } from './backup.ts';
export { addToChangeSet } from './change-set-add.ts';
export type { AddedChanges, AddRequest } from './change-set-by-rule.ts';
export type { ChangeSetRequest } from './change-set-create.ts';
export { createChangeSet } from './change-set-create.ts';
export type { RemoveRequest } from './change-set-extend.ts';
export { removeFromChangeSet } from './change-set-extend.ts';
export { readyChangeSet } from './change-set-ready.ts';
export type { ChangeSetView, ChangeView, NamedChangeSet } from './change-set-views.ts';
export type {
  CarryingRelease,
  ChangeSetDetails,
  ChangeSetListed,
  FollowedChange,
  PullRequestLineage,
} from './change-sets.ts';
export { followPullRequest, listChangeSets, showChangeSet } from './change-sets.ts';
export type { CiRequest, CiWorkflow } from './ci.ts';
export { ciWorkflow } from './ci.ts';
export type { AppliedConfiguration } from './configuration.ts';
export type { Finding, Verdict } from './doctor/finding.ts';
export type { Diagnosis } from './doctor.ts';
export { doctor } from './doctor.ts';
export type { DriftReport } from './drift.ts';
export { drift } from './drift.ts';
export type { WorkDone } from './due-work.ts';
export type { Parity, ParityDifference } from './environment-parity.ts';
export { compareEnvironments } from './environment-parity.ts';
export type { EnvironmentView, VariableView } from './environments.ts';
export { environmentVariables, listEnvironments } from './environments.ts';
export type { Explanation, Obstacle } from './explain.ts';
export { explain } from './explain.ts';
export type { FormattedView } from './format.ts';
export { format } from './format.ts';
export type { GatesReport, GatesRequest, GateView, TargetGates } from './gates-run.ts';
export { runGates } from './gates-run.ts';
export type { GatewayReport, GatewayView } from './gateway-check.ts';
export { checkGateways } from './gateway-check.ts';
export type { Estate, EstateGraph, GraphEdge, GraphNode } from './graph.ts';
export { graph, graphOf } from './graph.ts';
export type { HoldRequest, HoldView, Lift } from './holds.ts';
export { addHold, liftHold, listHolds } from './holds.ts';
export type { Identity } from './identity.ts';
export type { Initialised, InitRequest } from './init.ts';
export { init } from './init.ts';
export type { LeaseView, LockReleaseRequest, ReleasedLock } from './leases.ts';
export { listLocks, releaseLock } from './leases.ts';
export type { Carried, CarriedChange } from './lineage.ts';
export type { MetricsReport, MetricsRequest } from './metrics.ts';
export { metrics } from './metrics.ts';
export type { Figures, Judged, MetricTarget, Spread } from './metrics-figures.ts';
export { deliveryWarnings } from './news.ts';
export type { MessageView } from './notify.ts';
export {
  deliverNotifications,
  eventNames,
  listNotifications,
  notDelivered,
  previewNotification,
  testNotifications,
} from './notify.ts';
export type { PlanRequest } from './plan.ts';
export { plan } from './plan.ts';
export { type PreviewRequest, preview } from './preview.ts';
export { type CommitPreview, previewCommit } from './preview-commit.ts';
export {
  type OpenPreview,
  type PreviewComment,
  type PullRequestPreview,
  type PullRequestPreviewManner,
  type PullRequestPreviewRequest,
  previewOpenPullRequests,
  previewPullRequest,
} from './preview-pull-request.ts';
export type { PromoteRequest } from './promote.ts';
export { promote } from './promote.ts';
export type { ProviderTest, TriedCase } from './provider-test.ts';
export { notConforming, testProvider } from './provider-test.ts';
export type { Locked, LockedProvider, ProviderView } from './providers.ts';
export { listProviders, lockProviders } from './providers.ts';
export type { TouchedItem } from './pull-request-items.ts';
export { type MergedPullRequest, type MergeRequest, mergePullRequest } from './pull-request-merge.ts';
export type { CheckCounts, PullRequestChecks, PullRequestDetails, PullRequestView } from './pull-requests.ts';
export { listPullRequests, listUnclaimedPullRequests, pullRequestChecks, showPullRequest } from './pull-requests.ts';
export type { RecoverRequest } from './recover.ts';
export { recover } from './recover.ts';
export type { ReleaseDetails, VoteView } from './releases.ts';
export { logs, showPlan, showRelease } from './releases.ts';
export type { ResumeRequest, RetryRequest } from './resume.ts';
export { resume, retry } from './resume.ts';
export type { ReviewView } from './review-views.ts';
export type { ReviewListRequest, ReviewReport, ReviewRequest } from './reviews.ts';
export { closeReview, listReviews } from './reviews.ts';
export type { RollbackRequest } from './rollback.ts';
export { rollback } from './rollback.ts';
export type { OperationContext } from './session.ts';
export type { SimulatedEvent, SimulatedTarget, Simulation } from './simulate.ts';
export { simulate } from './simulate.ts';
export { exportState, type StateExport } from './state-export.ts';
export type { ForgetRequest, Forgotten } from './state-forget.ts';
export { forget } from './state-forget.ts';
export type { Imported, ImportRequest } from './state-import.ts';
export { importPlace } from './state-import.ts';
export { listRecords, type RecordDetails, type RecordView, showRecord } from './state-records.ts';
export type { HistoryEntry, HistoryLine, StatusRequest, TargetStatus } from './status.ts';
export { history, status } from './status.ts';
export type { MemberView } from './team.ts';
export { listTeam } from './team.ts';
export type { MadeToken, TokenRequest, TokenView } from './tokens.ts';
export { createToken, listAllTokens, revoke as revokeToken } from './tokens.ts';
export type { ValidateRequest, Validation } from './validate.ts';
export { validate } from './validate.ts';
export type { MadeVersion } from './version-create.ts';
export { createVersion } from './version-create.ts';
export type { VersionDraft, VersionRequest } from './version-draft.ts';
export type { ArtifactOfVersion, VersionView } from './version-views.ts';
export type { VersionDetails, VersionEntry } from './versions.ts';
export { deprecateVersion, listVersions, showVersion } from './versions.ts';
export { workOn, workOnce } from './worker.ts';
