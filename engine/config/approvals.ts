import type { JsonObject, JsonValue, StructuralPath } from '../values/index.ts';
import type { EnvironmentConfig } from './config.ts';
import type { ApprovalsConfig } from './config-releases.ts';
import type { ApprovalsFile, TargetAccessFile } from './file-approvals.ts';
import type { TargetFile } from './file-targets.ts';
import { rolesIn } from './roles.ts';

/** One way to say one of the settings of approvals. */
export interface ApprovalSpelling {
  readonly path: StructuralPath;
  readonly value: JsonValue;
}

type Aliased = 'min_approvals' | 'allowed_approvers' | 'timeout_hours';

const aliases: Readonly<Record<Aliased, keyof TargetAccessFile>> = {
  min_approvals: 'require_approvals',
  allowed_approvers: 'allowed_approvers',
  timeout_hours: 'approval_timeout_hours',
};

type Written = Pick<TargetFile, 'approvals' | 'access' | 'access_controls'>;

/** Every place where a target says one setting, the canonical one first. */
export const approvalSpellings = (written: Written, key: Aliased): readonly ApprovalSpelling[] => {
  const alias = aliases[key];
  const said: readonly (readonly [StructuralPath, unknown])[] = [
    [['approvals', key], written.approvals?.[key]],
    [['access', alias], written.access?.[alias]],
    [['access_controls', alias], written.access_controls?.[alias]],
  ];
  return said.flatMap(([path, value]) => (value === undefined ? [] : [{ path, value: value as JsonValue }]));
};

export const aliasedApprovals = Object.keys(aliases) as readonly Aliased[];

const first = <K extends Aliased>(written: Written, key: K): ApprovalsFile[K] =>
  approvalSpellings(written, key)[0]?.value as ApprovalsFile[K];

/** A name is what `--as` can say. */
export const isActor = (name: string): boolean => name.trim() !== '' && name === name.trim() && [...name].length <= 200;

/** What nobody asked for: no approval at all. */
export const noApprovals: ApprovalsConfig = {
  min: 0,
  rejectsWhenDue: true,
  forRollback: false,
  separation: 'off',
};

/** Each once, in order. What the schema refused is null here. */
const namesIn = (written: readonly (string | null)[]): readonly string[] =>
  [...new Set(written.filter((name) => typeof name === 'string'))].sort();

const separationIn = (written: ApprovalsFile['separation_of_duties']): ApprovalsConfig['separation'] =>
  written === 'requester' || written === 'committers' ? written : 'off';

/** The settings as a target writes them, whatever its type and its environment ask for beside. */
export const approvalsOf = (written: ApprovalsFile = {}): ApprovalsConfig => ({
  min: written.min_approvals ?? 0,
  ...(written.allowed_approvers && { allowedApprovers: namesIn(written.allowed_approvers) }),
  ...(written.allowed_roles && { allowedRoles: rolesIn(written.allowed_roles) ?? [] }),
  ...(written.timeout_hours !== undefined && { timeoutHours: written.timeout_hours }),
  rejectsWhenDue: written.auto_reject_on_timeout ?? true,
  forRollback: written.for_rollback ?? false,
  separation: separationIn(written.separation_of_duties),
});

/** The approvals that a target asks for: the stricter of what it says, what its type means and what its environment wants. */
export const approvalsOfTarget = (written: TargetFile, environment: EnvironmentConfig | undefined): ApprovalsConfig => {
  const isAsked = written.type === 'manual_approval' || environment?.requireApproval === true;
  const [min, approvers, hours] = [
    first(written, 'min_approvals'),
    first(written, 'allowed_approvers'),
    first(written, 'timeout_hours'),
  ];
  const effective = Math.max(min ?? 0, isAsked ? 1 : 0);
  if (effective === 0) return noApprovals;
  return approvalsOf({
    ...written.approvals,
    min_approvals: effective,
    ...(approvers && { allowed_approvers: approvers }),
    ...(hours !== undefined && { timeout_hours: hours }),
    separation_of_duties:
      written.approvals?.separation_of_duties ?? (environment?.type === 'production' ? 'requester' : 'off'),
  });
};

/** Approvals in the words of the file, defaults filled in; undefined where none are asked for. */
export const approvalsBody = (approvals: ApprovalsConfig): JsonObject | undefined =>
  approvals.min === 0
    ? undefined
    : {
        min_approvals: approvals.min,
        ...(approvals.allowedApprovers && { allowed_approvers: approvals.allowedApprovers }),
        ...(approvals.allowedRoles && { allowed_roles: approvals.allowedRoles }),
        ...(approvals.timeoutHours !== undefined && { timeout_hours: approvals.timeoutHours }),
        auto_reject_on_timeout: approvals.rejectsWhenDue,
        for_rollback: approvals.forRollback,
        separation_of_duties: approvals.separation,
      };
