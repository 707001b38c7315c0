import type { AuditEntry } from '../state/index.ts';
import { compareBytes, isJsonObject, type JsonObject } from '../values/index.ts';
import { exceptionsIn, type ReportedException } from './audit-exceptions.ts';

interface Told {
  readonly at: string;
  readonly actor: string;
  readonly environment: string | null;
  readonly detail: JsonObject;
}

type ReleaseKind = 'release' | 'rollback' | 'restore';

/** What the trail says of one release, within the period. */
export interface HeardRelease {
  readonly kind: ReleaseKind;
  readonly first: Told;
  readonly started: Told | undefined;
  readonly ended: (Told & { readonly outcome: string }) | undefined;
  readonly entries: readonly number[];
}

/** What one actor did in one environment. */
export interface ReportedAccess {
  readonly actor: string;
  readonly environment: string | null;
  readonly first: string;
  readonly last: string;
  readonly count: number;
  readonly actions: readonly { readonly action: string; readonly count: number }[];
}

/** What a report takes from the trail, once all its entries were heard. */
export interface HeardTrail {
  readonly releases: ReadonlyMap<string, HeardRelease>;
  readonly configuration: readonly AuditEntry[];
  readonly access: readonly ReportedAccess[];
  readonly exceptions: readonly ReportedException[];
}

interface Group extends Omit<ReportedAccess, 'actions'> {
  readonly actions: ReadonlyMap<string, number>;
}

/** What was refused before there was a release is about its target: it is in the access log. */
const releaseId = /^[0-9a-f]{8}-/;

const releaseEvent = /^(release|rollback|restore)\.(\w+)$/;

const detailOf = ({ detail }: AuditEntry): JsonObject => (isJsonObject(detail) ? detail : {});

const hearRelease = (known: HeardRelease | undefined, entry: AuditEntry, event: RegExpExecArray): HeardRelease => {
  const [, kind, outcome = ''] = event;
  const { at, actor, environment } = entry;
  const told = { at, actor, environment, detail: detailOf(entry) };
  return {
    kind: known?.kind ?? (kind as ReleaseKind),
    first: known?.first ?? told,
    started: outcome === 'started' ? told : known?.started,
    ended: outcome === 'started' ? known?.ended : { ...told, outcome },
    entries: [...(known?.entries ?? []), entry.n],
  };
};

const hearAccess = (known: Group | undefined, { actor, environment, at, event }: AuditEntry): Group => ({
  ...{ actor, environment },
  first: known && known.first < at ? known.first : at,
  last: known && known.last > at ? known.last : at,
  count: (known?.count ?? 0) + 1,
  actions: new Map([...(known?.actions ?? []), [event, (known?.actions.get(event) ?? 0) + 1]]),
});

const accessOf = (groups: Iterable<Group>): readonly ReportedAccess[] =>
  [...groups]
    .map((group) => ({
      ...group,
      actions: [...group.actions]
        .map(([action, count]) => ({ action, count }))
        .sort((left, right) => compareBytes(left.action, right.action)),
    }))
    .sort(
      (left, right) =>
        compareBytes(left.actor, right.actor) ||
        Number(left.environment !== null) - Number(right.environment !== null) ||
        compareBytes(left.environment ?? '', right.environment ?? ''),
    );

/**
 * Hears entries one after the other and keeps what a report says of them: a line for each release and each change of the
 * configuration, a group for each actor and environment, and no entry besides. A change of the configuration that is of no
 * one environment may bear on any, so it belongs to the report of each.
 */
export const createHearing = (environment: string | null) => {
  const releases = new Map<string, HeardRelease>();
  const configuration: AuditEntry[] = [];
  const groups = new Map<string, Group>();
  const exceptions: ReportedException[] = [];
  return {
    hear: (entry: AuditEntry): void => {
      const isHere = environment === null || entry.environment === environment;
      const event = releaseEvent.exec(entry.event);
      // Entries of before m3forge kept environments: the record of the release knows in which it was.
      if (event && releaseId.test(entry.subject) && (isHere || entry.environment === null)) {
        releases.set(entry.subject, hearRelease(releases.get(entry.subject), entry, event));
      }
      if (entry.event.startsWith('configuration.') && (isHere || entry.environment === null)) configuration.push(entry);
      // One of all targets, or of the rules of several, bears on each environment.
      if (isHere || entry.environment === null) exceptions.push(...exceptionsIn(entry));
      if (!isHere) return;
      const key = JSON.stringify([entry.actor, entry.environment]);
      groups.set(key, hearAccess(groups.get(key), entry));
    },
    heard: (): HeardTrail => ({ releases, configuration, access: accessOf(groups.values()), exceptions }),
  };
};
