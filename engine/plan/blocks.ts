import type { Closure } from '../config/index.ts';
import { counted, isLower } from '../values/index.ts';
import { isUncommitted, isUntagged } from '../versions/index.ts';
import { hasRelease } from './digests.ts';
import type { Block, PlanSection } from './document.ts';

/** What may stand in the way of a section without being part of it. */
export interface BlockFacts {
  /** Its environment counts as one for development. */
  readonly isDevelopment: boolean;
  readonly enabled: boolean;
  /** The most artifacts that a release may delete; undefined for no limit. */
  readonly maxDeletes: number | undefined;
  /** Why the place must not go to this version by itself; undefined where it may. */
  readonly avoided: string | undefined;
  /** The version was named by `{ from: … }`. */
  readonly follows: string | undefined;
  /** What keeps its version from being promoted to it, with when that is over by itself. */
  readonly unpromoted: readonly { readonly from: string; readonly reason: string; readonly until: Date | null }[];
  /** What of its windows keeps a release from beginning now; none where that is overridden. */
  readonly closures: readonly Closure[];
  /** When they let one begin; null where nothing keeps it from that, and where they never do. */
  readonly opensAt: Date | null;
  /** When its schedule begins a release; null where it need not wait for that. */
  readonly publishesAt: Date | null;
  /** The id of the release that waits for exactly this; undefined where none does. */
  readonly waiting: string | undefined;
  /** What stops the releases of this target now. */
  readonly holds: readonly HoldInForce[];
  /** What was brought to its place in emergencies, and has not passed its gates yet. */
  readonly reviews: readonly ReviewDue[];
}

interface ReviewDue {
  readonly releaseId: string;
  readonly version: string;
}

interface HoldInForce {
  readonly id: string;
  readonly reason: string;
  readonly by: string;
  readonly until: Date | null;
}

/** The code of what stands in the way of a section for no other reason than that its time has not come. */
export const scheduledBlock = 'scheduled';

const disabled = (section: PlanSection, { enabled }: BlockFacts): readonly Block[] =>
  enabled
    ? []
    : [
        {
          code: 'target-disabled',
          reason: `The target "${section.target}" or its environment is disabled.`,
          remedy: `Set "enabled: true" for it in the configuration.`,
        },
      ];

const tooManyDeletes = (section: PlanSection, { maxDeletes }: BlockFacts): readonly Block[] => {
  const deletes = section.changes.filter((change) => change.actions.includes('delete')).length;
  return maxDeletes === undefined || section.allow_deletes || deletes <= maxDeletes
    ? []
    : [
        {
          code: 'too-many-deletes',
          reason: `It would delete ${counted(deletes, 'artifact')}; "max_deletes" allows ${maxDeletes}.`,
          remedy: `m3forge plan --target ${section.target} --allow-deletes --out plan.json`,
        },
      ];
};

const avoidedVersion = (section: PlanSection, { avoided }: BlockFacts): readonly Block[] =>
  avoided === undefined || section.kind !== 'release'
    ? []
    : [
        {
          code: 'version-avoided',
          reason: `${section.to?.version ?? 'The version'} is avoided in this place: ${avoided.replace(/\.+$/, '')}.`,
          remedy: `m3forge hold lift --target ${section.target} --version ${section.to?.version ?? ''} --reason "…"`,
        },
      ];

const goesDown = (section: PlanSection, { follows }: BlockFacts): readonly Block[] => {
  const [from, to] = [section.from.version, section.to?.version];
  return follows === undefined || from === null || to === undefined || !isLower(to, from)
    ? []
    : [
        {
          code: 'follows-lower-version',
          reason: `"${follows}" runs ${to}, which is lower than ${from} here; following never goes back by itself.`,
          remedy: `m3forge rollback --target ${section.target} --to ${to}`,
        },
      ];
};

/** The way back from a release that fails would lead to rows that were changed by hand, and restore them. */
const driftInTheWay = (section: PlanSection): readonly Block[] => {
  const { from, to, drift, kind, target } = section;
  const rows = drift.some(({ field }) => field === 'row' || field === 'digest');
  return kind !== 'release' || !rows || from.version === null || to === null || to.version === from.version
    ? []
    : [
        {
          code: 'drift-in-the-way',
          reason: `What ${from.version} consists of was changed by hand, so there would be no way back to it.`,
          remedy: `m3forge apply --target ${target} --version ${from.version}`,
        },
      ];
};

/** What nobody tagged is for trying out, and what nobody committed could not be had again. */
const untagged = ({ to, kind, target }: PlanSection, { isDevelopment }: BlockFacts): readonly Block[] => {
  if (to === null || kind !== 'release' || !isUntagged(to.version)) return [];
  return [
    ...(isUncommitted(to.version)
      ? [
          {
            code: 'ref-uncommitted',
            reason: 'It holds files that are not committed, so it can only be looked at.',
            remedy: `Commit them, and plan again with --ref HEAD.`,
          },
        ]
      : []),
    ...(isDevelopment
      ? []
      : [
          {
            code: 'ref-needs-development',
            reason: `"${target}" is no development target, and ${to.version} is no tagged version.`,
            remedy: 'Tag a version.',
          },
        ]),
  ];
};

/** What stops the line stops what is new; the way back from what is broken stays open. */
const held = ({ kind }: PlanSection, { holds }: BlockFacts): readonly Block[] =>
  kind === 'rollback'
    ? []
    : holds.map(({ id, reason, by, until }) => ({
        code: 'held',
        reason: `Releases are stopped by ${by}${until === null ? '' : ` until ${until.toISOString()}`}: ${reason.replace(/\.+$/, '')}.`,
        remedy: `m3forge hold lift ${id.slice(0, 8)} --reason "…"`,
        ...(until !== null && { until: until.toISOString() }),
      }));

const closureText = ({ window, until }: Closure): string => {
  if (window === undefined) {
    const next = until === null ? 'none ever begins' : `the next begins at ${until.toISOString()}`;
    return `Releases begin in certain windows only, and ${next}.`;
  }
  const { reason, owner } = window;
  const why = reason === undefined ? '' : `: ${reason.replace(/\.+$/, '')}`;
  const whom = owner === undefined ? '' : ` (${owner} knows more)`;
  return `A window in which no release begins is in force until ${until?.toISOString() ?? 'ever'}${why}${whom}.`;
};

/** What carries out exactly this section: what waits goes on, and a backup is no version. */
const commandFor = ({ kind, target, backup }: PlanSection, { waiting }: BlockFacts): string => {
  if (waiting !== undefined) return `m3forge resume ${waiting.slice(0, 8)}`;
  if (kind === 'restore') return `m3forge backup restore ${(backup ?? '').slice(0, 8)} --target ${target}`;
  return `m3forge apply --target ${target}`;
};

/** The way back stays open at any time, and an emergency waits for no window. */
const outsideWindows = (section: PlanSection, facts: BlockFacts): readonly Block[] =>
  section.kind === 'rollback' || section.emergency
    ? []
    : facts.closures.map((closure) => ({
        code: 'window-closed',
        reason: closureText(closure),
        remedy: `${commandFor(section, facts)} --override-windows "…"`,
        ...(facts.opensAt && { until: facts.opensAt.toISOString() }),
      }));

/** A target with a schedule is released to when that says so; going back is possible at any time. */
const beforeItsTime = (section: PlanSection, facts: BlockFacts): readonly Block[] =>
  section.kind !== 'release' || facts.publishesAt === null
    ? []
    : [
        {
          code: scheduledBlock,
          reason: `It is published on a schedule, and next at ${facts.publishesAt.toISOString()}.`,
          remedy: `${commandFor(section, facts)} --override-windows "…"`,
          until: facts.publishesAt.toISOString(),
        },
      ];

/** What succeeded here once may come back at any time. */
const notPromoted = ({ kind, target, to }: PlanSection, { unpromoted }: BlockFacts): readonly Block[] =>
  kind !== 'release'
    ? []
    : unpromoted.map(({ from, reason, until }) => ({
        code: 'not-promoted',
        reason: `"${target}" takes what "${from}" runs: ${reason}.`,
        remedy: `m3forge apply --target ${from} --version ${to?.version ?? ''}`,
        ...(until && { until: until.toISOString() }),
      }));

/** Ordinary releases go on once what an emergency brought has passed its gates. The way back and emergencies stay open. */
const unreviewed = ({ kind, emergency }: PlanSection, { reviews }: BlockFacts): readonly Block[] =>
  kind !== 'release' || emergency
    ? []
    : reviews.map(({ releaseId, version }) => ({
        code: 'review-open',
        reason: `${version} came here in an emergency, and has not passed its gates since.`,
        remedy: `m3forge review close ${releaseId.slice(0, 8)}`,
      }));

/** Approvals are replaced for what an emergency brings, and not for rules that it would loosen on its way. In development a file is obeyed at once. */
const loosensInEmergency = (
  { emergency, configuration_changes: changes, target }: PlanSection,
  { isDevelopment }: BlockFacts,
): readonly Block[] =>
  emergency && !isDevelopment && changes.some(({ loosens }) => loosens.length > 0)
    ? [
        {
          code: 'emergency-loosens',
          reason: 'Rules are loosened by what everybody agreed to, and by no emergency.',
          remedy: `Take the loosening out of the configuration of "${target}" until the emergency is over.`,
        },
      ]
    : [];

/** Why a section cannot be applied now; empty where it can. Pure, and judged again right before anything is written. */
export const blocksOf = (section: PlanSection, facts: BlockFacts): readonly Block[] =>
  hasRelease(section)
    ? [
        disabled,
        held,
        unreviewed,
        loosensInEmergency,
        notPromoted,
        outsideWindows,
        beforeItsTime,
        tooManyDeletes,
        avoidedVersion,
        goesDown,
        driftInTheWay,
        untagged,
      ].flatMap((rule) => rule(section, facts))
    : [];
