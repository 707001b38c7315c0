import { type Diagnostic, problem } from '../diagnostics/index.ts';
import { closest } from '../documents/index.ts';
import {
  durationOf,
  faultOfCron,
  isTimezone,
  type JsonValue,
  repositoryPlaceOf,
  type StructuralPath,
  valueAt,
} from '../values/index.ts';
import type { ScheduleFile, TriggersFile } from './file-schedules.ts';
import type { TargetFile } from './file-targets.ts';
import { faultOfGlob } from './glob-fault.ts';
import { entriesOf } from './named-entries.ts';
import type { Rule, Subject } from './subject.ts';
import { versionSpecOf } from './version-spec.ts';

type Code = 'config-schedule' | 'config-trigger';

interface Written {
  readonly name: string;
  readonly target: TargetFile;
  readonly say: (path: StructuralPath, detail: string, hint: string) => Diagnostic;
}

const targetsOf = ({ written, document }: Subject, code: Code): readonly Written[] =>
  entriesOf<TargetFile>(written.targets).map(([name, target]) => ({
    name,
    target,
    say: (path, detail, hint) => problem(code, { detail, range: document.locate(['targets', name, ...path]), hint }),
  }));

/** Whether the file gives a key there, even one that was refused and has had its complaint. */
const gives = ({ document }: Subject, name: string, key: string): boolean =>
  valueAt(document.value as JsonValue, ['targets', name, key]) !== undefined;

const scheduleAndTypeGoTogether: Rule = (subject) =>
  targetsOf(subject, 'config-schedule').flatMap(({ name, target: { type }, say }) => {
    const hasSchedule = gives(subject, name, 'schedule');
    if (type === 'scheduled' && !hasSchedule) {
      const hint = 'Say when:\n\n    schedule: { cron: "0 2 * * 2", timezone: Europe/Berlin }';
      return say(['type'], `The target "${name}" is of the type scheduled, and has no schedule.`, hint);
    }
    if (type === 'scheduled' || !hasSchedule || type === null) return [];
    const detail = `The target "${name}" has a schedule, and is of the type ${type ?? 'auto_deploy'}.`;
    return say(['schedule'], detail, 'Write `type: scheduled`, or take `schedule` away.');
  });

const triggersAndTypeGoTogether: Rule = (subject) =>
  targetsOf(subject, 'config-trigger').flatMap(({ name, target: { type = 'auto_deploy', version }, say }) => {
    if (!gives(subject, name, 'triggers') || type === null) return [];
    if (type !== 'auto_deploy') {
      const detail = `The target "${name}" has triggers, and is of the type ${type}.`;
      return say(['triggers'], detail, 'Write `type: auto_deploy`, or take `triggers` away.');
    }
    if (typeof version !== 'object' || version === null) return [];
    const detail = `The target "${name}" takes what "${version.from}" runs, so no tag starts anything here.`;
    return say(['triggers'], detail, 'Give it a `version` such as latest or ^1.2, or take `triggers` away.');
  });

/** Schedules with what the schema left of them. */
const schedulesOf = (subject: Subject): readonly (Written & { readonly schedule: ScheduleFile })[] =>
  targetsOf(subject, 'config-schedule').flatMap((one) =>
    one.target.schedule ? [{ ...one, schedule: one.target.schedule }] : [],
  );

const cronsFire: Rule = (subject) =>
  schedulesOf(subject).flatMap(({ schedule: { cron }, say }) => {
    const fault = typeof cron === 'string' ? faultOfCron(cron) : undefined;
    if (fault === undefined) return [];
    const hint =
      'Write minute, hour, day of the month, month and day of the week: "0 2 * * 2" is every Tuesday at 2:00.';
    return say(['schedule', 'cron'], `\`${cron}\` is no time for a release to begin: ${fault}.`, hint);
  });

const timezonesExist: Rule = (subject) =>
  schedulesOf(subject).flatMap(({ schedule: { timezone }, say }) => {
    if (typeof timezone !== 'string' || isTimezone(timezone)) return [];
    const near = closest(timezone, Intl.supportedValuesOf('timeZone'));
    const hint = near ? `Did you mean \`${near}\`?` : 'Write its IANA name, such as Europe/Berlin or UTC.';
    return say(['schedule', 'timezone'], `There is no time zone \`${timezone}\`.`, hint);
  });

const announcementsComeBefore: Rule = (subject) =>
  schedulesOf(subject).flatMap(({ schedule: { announce_before: before }, say }) =>
    typeof before !== 'string' || durationOf(before) !== undefined
      ? []
      : say(
          ['schedule', 'announce_before'],
          `\`${before}\` is no length of time.`,
          'Write minutes, hours or days: 90m, 24h or 2d.',
        ),
  );

/** Exactly one thing says which version a schedule brings. */
const oneVersionIsMeant: Rule = (subject) =>
  schedulesOf(subject).flatMap(({ schedule: { version, deploy_latest_version: latest }, say }) => {
    if (latest === true && typeof version === 'string') {
      const detail = '`deploy_latest_version` takes the version of the target, and `version` names another.';
      return say(['schedule', 'version'], detail, 'Keep one of the two.');
    }
    if (latest === false && version === undefined) {
      const detail = 'Neither the latest version is to be released nor another one that is named.';
      return say(['schedule', 'deploy_latest_version'], detail, 'Name it with `version`, or take this away.');
    }
    if (typeof version !== 'string' || versionSpecOf(version)) return [];
    const detail = `"${version}" is no version: write one such as v1.3.0, a range such as ~1.3, or latest.`;
    return say(['schedule', 'version'], detail, 'Without it, the version of the target is taken.');
  });

const triggersOf = (subject: Subject): readonly (Written & { readonly triggers: TriggersFile })[] =>
  targetsOf(subject, 'config-trigger').flatMap((one) =>
    one.target.triggers ? [{ ...one, triggers: one.target.triggers }] : [],
  );

const patternsMatch: Rule = (subject) =>
  triggersOf(subject).flatMap(({ triggers: { version_pattern: pattern }, say }) => {
    const fault = typeof pattern === 'string' ? faultOfGlob(pattern) : undefined;
    if (fault === undefined) return [];
    return say(
      ['triggers', 'version_pattern'],
      `\`${pattern}\` is no pattern for tags: ${fault}.`,
      'Write a glob such as v*.*.* or v1.*.',
    );
  });

/** What Git would take for an option, or for something else than a name. */
const branchesAreNames: Rule = (subject) =>
  triggersOf(subject).flatMap(({ triggers: { branch }, say }) =>
    typeof branch !== 'string' || /^[\w][\w./-]*$/.test(branch)
      ? []
      : say(
          ['triggers', 'branch'],
          `\`${branch}\` is no name of a branch.`,
          'Write a name such as main or release/1.x.',
        ),
  );

/** Of a repository elsewhere only tips are copied: nobody could tell here what a branch holds. */
const branchesAreSeen: Rule = (subject) =>
  triggersOf(subject).flatMap(({ triggers: { branch }, say }) =>
    typeof branch !== 'string' || repositoryPlaceOf(subject.config.source.repository).kind === 'path'
      ? []
      : say(
          ['triggers', 'branch'],
          'What a branch holds is known of a repository on this machine only, and the source is elsewhere.',
          'Name a clone in `source.repository`, or choose the tags with `version_pattern`.',
        ),
  );

export const scheduleRules: readonly Rule[] = [
  scheduleAndTypeGoTogether,
  triggersAndTypeGoTogether,
  cronsFire,
  timezonesExist,
  announcementsComeBefore,
  oneVersionIsMeant,
  patternsMatch,
  branchesAreNames,
  branchesAreSeen,
];
