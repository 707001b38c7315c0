import { durationOf, type JsonObject, nextTime, type Timetable } from '../values/index.ts';
import type { ScheduleFile, TriggersFile } from './file-schedules.ts';

/** When releases of a target begin by themselves. */
export interface ScheduleConfig extends Timetable {
  /** In the place of the target's own version; undefined for what that comes to. */
  readonly version?: string;
  /** As it is written: `24h`. */
  readonly announceBefore?: string;
  /** The same; 0 where nothing is announced. */
  readonly announceMs: number;
}

/** Which new versions of a target are released by themselves. */
export interface TriggersConfig {
  readonly onVersionTag: boolean;
  /** A glob over the names of tags. */
  readonly versionPattern?: string;
  readonly branch?: string;
}

/** What the schema refused is null here, and has had its complaint. */
export const scheduleOf = (written: ScheduleFile | null | undefined): ScheduleConfig | undefined =>
  written
    ? {
        cron: written.cron ?? '',
        timezone: written.timezone ?? 'UTC',
        ...(written.version !== undefined && { version: written.version ?? '' }),
        ...(written.announce_before !== undefined && { announceBefore: written.announce_before ?? '' }),
        announceMs: durationOf(written.announce_before ?? '') ?? 0,
      }
    : undefined;

export const triggersOf = (written: TriggersFile | null | undefined): TriggersConfig | undefined =>
  written
    ? {
        onVersionTag: written.on_version_tag ?? true,
        ...(written.version_pattern !== undefined && { versionPattern: written.version_pattern ?? '' }),
        ...(written.branch !== undefined && { branch: written.branch ?? '' }),
      }
    : undefined;

/** A schedule in the words of the file, defaults filled in. */
export const scheduleBody = ({ cron, timezone, version, announceBefore }: ScheduleConfig): JsonObject => ({
  ...{ cron, timezone, deploy_latest_version: version === undefined },
  ...(version !== undefined && { version }),
  ...(announceBefore !== undefined && { announce_before: announceBefore }),
});

/** Triggers in the words of the file, defaults filled in. */
export const triggersBody = ({ onVersionTag, versionPattern, branch }: TriggersConfig): JsonObject => ({
  on_version_tag: onVersionTag,
  ...(versionPattern !== undefined && { version_pattern: versionPattern }),
  ...(branch !== undefined && { branch }),
});

/** When a target is published next after a moment; null where that never comes, or it has no schedule. Pure. */
export const nextPublish = (schedule: ScheduleConfig | undefined, after: Date): Date | null =>
  schedule ? nextTime(schedule, after) : null;

/** Any fixed moment, so that two timetables are compared in the same way whenever that is done. */
const somewhen = new Date('2026-01-01T00:00:00Z');

/** So many moments of a timetable are looked at; a daily one comes around twice, with both changes of the clocks. */
const mostMoments = 750;

/**
 * Whether each moment of a timetable is one of another's: it begins at none that the other does not name, and so no more
 * often. Looks at the first moments from a fixed one on. Pure.
 */
export const firesWithin = (inner: Timetable, outer: Timetable): boolean => {
  let moment: Date | null = somewhen;
  for (let looked = 0; looked < mostMoments; looked += 1) {
    moment = nextTime(inner, moment);
    if (moment === null) return true;
    const expected = nextTime(outer, new Date(moment.getTime() - 1000));
    if (expected?.getTime() !== moment.getTime()) return false;
  }
  return true;
};
