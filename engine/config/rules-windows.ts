import { type Diagnostic, problem } from '../diagnostics/index.ts';
import { closest } from '../documents/index.ts';
import { durationOf, faultOfCron, isTimezone, type StructuralPath } from '../values/index.ts';
import type { TargetFile } from './file-targets.ts';
import type { WindowFile } from './file-windows.ts';
import { entriesOf } from './named-entries.ts';
import type { Rule, Subject } from './subject.ts';
import { opensAt } from './windows.ts';

interface WrittenWindow {
  readonly window: WindowFile;
  readonly path: StructuralPath;
}

const windowsIn = ({ written }: Subject): readonly WrittenWindow[] =>
  entriesOf<TargetFile>(written.targets).flatMap(([target, { windows = [] }]) =>
    windows.flatMap((window, index) =>
      window === null ? [] : [{ window, path: ['targets', target, 'windows', index] }],
    ),
  );

/** What the schema refused is null here, and has had its complaint. */
const isSound = ({ cron, duration, timezone = 'UTC' }: WindowFile): boolean =>
  [cron, duration, timezone].every((text) => typeof text === 'string') &&
  faultOfCron(cron) === undefined &&
  durationOf(duration) !== undefined &&
  isTimezone(timezone);

const cronsFire: Rule = (subject) =>
  windowsIn(subject).flatMap(({ window: { cron }, path }) => {
    const fault = typeof cron === 'string' ? faultOfCron(cron) : undefined;
    if (fault === undefined) return [];
    const detail = `\`${cron}\` is no time for a window to begin: ${fault}.`;
    const hint =
      'Write minute, hour, day of the month, month and day of the week: "0 17 * * 5" is every Friday at 17:00.';
    return problem('config-window', { detail, range: subject.document.locate([...path, 'cron']), hint });
  });

const durationsLast: Rule = (subject) =>
  windowsIn(subject).flatMap(({ window: { duration }, path }) => {
    if (typeof duration !== 'string' || durationOf(duration) !== undefined) return [];
    const detail = `\`${duration}\` is no length of time.`;
    const hint = 'Write minutes, hours or days: 90m, 63h or 2d.';
    return problem('config-window', { detail, range: subject.document.locate([...path, 'duration']), hint });
  });

const timezonesExist: Rule = (subject) =>
  windowsIn(subject).flatMap(({ window: { timezone }, path }) => {
    if (typeof timezone !== 'string' || isTimezone(timezone)) return [];
    const near = closest(timezone, Intl.supportedValuesOf('timeZone'));
    const detail = `There is no time zone \`${timezone}\`.`;
    const hint = near ? `Did you mean \`${near}\`?` : 'Write its IANA name, such as Europe/Berlin or UTC.';
    return problem('config-window', { detail, range: subject.document.locate([...path, 'timezone']), hint });
  });

/** Any fixed moment: what never opens from there on does not open later, either. */
const somewhen = new Date('2026-01-01T00:00:00Z');

const somethingMayBegin: Rule = (subject) =>
  entriesOf<TargetFile>(subject.written.targets).flatMap(([name, { windows = [] }]): readonly Diagnostic[] => {
    const target = subject.config.targets.get(name);
    if (!target || target.windows.flat().length === 0) return [];
    if (!windows.every((one) => one !== null && isSound(one)) || opensAt(target.windows, somewhen)) return [];
    return [
      problem('config-window', {
        detail: `The windows of the target "${name}" leave no moment at which a release may begin.`,
        range: subject.document.locate(['targets', name, 'windows']),
        hint: 'Make one that forbids shorter, or let one that allows begin when none forbids.',
      }),
    ];
  });

export const windowRules: readonly Rule[] = [cronsFire, durationsLast, timezonesExist, somethingMayBegin];
