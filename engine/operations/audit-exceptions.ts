import type { AuditEntry, ReportedRelease } from '../state/index.ts';
import { compareBytes, isJsonObject, type JsonObject, type JsonValue } from '../values/index.ts';

/** Something that went past a rule, or took one away; what an auditor asks about first. */
export interface ReportedException {
  readonly at: string;
  readonly kind:
    | 'window overridden'
    | 'emergency'
    | 'hold lifted'
    | 'avoided version let in'
    | 'own request approved'
    | 'rules loosened'
    | 'deletions allowed'
    | 'lease taken away';
  readonly environment: string | null;
  readonly target: string | null;
  readonly by: string;
  readonly what: string;
  readonly reason: string | null;
  /** The number of its entry in the trail; null where the record of a release says it. */
  readonly entry: number | null;
}

const textOf = (value: JsonValue | undefined): string | null => (typeof value === 'string' ? value : null);

const textsOf = (value: JsonValue | undefined): readonly string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];

type Found = Pick<ReportedException, 'kind' | 'what' | 'reason'>;

/** Of events that are an exception in certain cases only. */
const inDetail = (event: string, detail: JsonObject): readonly Found[] => {
  const version = textOf(detail.version);
  if (event.endsWith('.started')) {
    const reason = textOf(detail.window_override);
    return reason === null ? [] : [{ kind: 'window overridden', what: `${version ?? ''} was released in it`, reason }];
  }
  if (event.startsWith('configuration.')) {
    return textsOf(detail.loosens).map((what) => ({ kind: 'rules loosened', what, reason: null }));
  }
  if (event === 'approval.given' && detail.own_request === true) {
    return [{ kind: 'own request approved', what: version ?? 'the configuration', reason: textOf(detail.comment) }];
  }
  return [];
};

const foundIn = (entry: AuditEntry): readonly Found[] => {
  const detail = isJsonObject(entry.detail) ? entry.detail : {};
  const reason = textOf(detail.reason);
  const version = textOf(detail.version);
  switch (entry.event) {
    case 'hold.lifted':
      return version === null
        ? [{ kind: 'hold lifted', what: `held for: ${textOf(detail.held_for) ?? ''}`, reason }]
        : [{ kind: 'avoided version let in', what: version, reason }];
    case 'release.emergency':
      return [{ kind: 'emergency', what: version ?? '', reason: textOf(detail.justification) ?? reason }];
    case 'lease.released':
      return [{ kind: 'lease taken away', what: entry.subject, reason }];
    default:
      return inDetail(entry.event, detail);
  }
};

/** The exceptions that an entry of the trail tells of. Pure. */
export const exceptionsIn = (entry: AuditEntry): readonly ReportedException[] => {
  const detail = isJsonObject(entry.detail) ? entry.detail : {};
  const { at, environment, actor: by, n } = entry;
  return foundIn(entry).map((found) => ({ at, environment, target: textOf(detail.target), by, entry: n, ...found }));
};

/** The same of a release that was let delete more than its target allows. Pure. */
const ofRelease = (release: ReportedRelease): readonly ReportedException[] => {
  const deletes = (release.actions ?? []).filter((action) => action === 'delete').length;
  // A rollback and a restore bring what was there; deleting belongs to that.
  if (release.allowedDeletes !== true || deletes === 0 || release.kind !== 'release') return [];
  return [
    {
      at: release.createdAt.toISOString(),
      kind: 'deletions allowed',
      ...{ environment: release.environment, target: release.target, by: release.requestedBy },
      ...{ what: `${release.version} deletes ${deletes}`, reason: release.reason, entry: null },
    },
  ];
};

/** All exceptions of a period, by time. Pure. */
export const exceptionsOf = (
  heard: readonly ReportedException[],
  releases: readonly ReportedRelease[],
): readonly ReportedException[] =>
  [...heard, ...releases.flatMap(ofRelease)].sort(
    (left, right) => compareBytes(left.at, right.at) || (left.entry ?? 0) - (right.entry ?? 0),
  );
