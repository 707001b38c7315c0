import type { Recovery, ReleaseEvent } from '../../apply/index.ts';
import type { Diagnostic } from '../../diagnostics/index.ts';
import type { ApplyReport } from '../../operations/index.ts';
import type { ConfigurationChange, PlanDocument } from '../../plan/index.ts';
import type { Clock } from '../../system/index.ts';
import { counted } from '../../values/index.ts';
import { diagnosticJson } from '../views/diagnostics.ts';
import { type EventLevel, eventMessage } from '../views/events.ts';
import { actionOf, countChanges, totals } from '../views/plan-counts.ts';
import type { Progress } from './progress.ts';

/** Everything that happens as one JSON object per line, on standard output, for programs that watch. */
export interface EventStream extends Progress {
  readonly plan: (document: PlanDocument) => void;
  readonly diagnostics: (diagnostics: readonly Diagnostic[]) => void;
  readonly complete: (report: Pick<ApplyReport, 'sections' | 'configuration'>, exitCode: number) => void;
  readonly recovered: (recoveries: readonly Recovery[], exitCode: number) => void;
}

type Write = (type: string, level: EventLevel, message: string, more?: object) => void;

/** `target` is null for what affects several. */
const writeConfiguration = (target: string | null, changes: readonly ConfigurationChange[], write: Write): void => {
  for (const { detail: _, ...change } of changes) {
    const message = `${target ?? 'configuration'}: ${actionOf(change)} ${change.address}`;
    write('planned_change', 'info', message, { target, change: { ...change, kind: 'configuration' } });
  }
};

const writePlan = (document: PlanDocument, write: Write): void => {
  for (const { target, changes, ...section } of document.sections) {
    for (const change of changes) {
      const { detail: _, ...shown } = change;
      write('planned_change', 'info', `${target}: ${actionOf(change)} ${change.address}`, { target, change: shown });
    }
    writeConfiguration(target, section.configuration_changes, write);
    const counts = countChanges([...changes, ...section.configuration_changes]);
    write('change_summary', 'info', `${target}: ${totals(counts)}`, {
      target,
      digest: section.digest,
      from: section.from.version,
      to: section.to?.version ?? null,
      changes: counts,
    });
  }
  const { configuration } = document;
  if (!configuration) return;
  writeConfiguration(null, configuration.changes, write);
  const counts = countChanges(configuration.changes);
  const more = { target: null, digest: configuration.digest, changes: counts };
  write('change_summary', 'info', `configuration: ${totals(counts)}`, more);
};

/** Opens the stream with its `version` line. */
export const openEventStream = (jsonLine: (value: unknown) => void, clock: Clock, toolVersion: string): EventStream => {
  const write: Write = (type, level, message, more = {}) =>
    jsonLine({ '@timestamp': clock.now().toISOString(), '@level': level, '@message': message, type, ...more });
  write('version', 'info', `m3forge ${toolVersion}`, { m3forge: toolVersion, format_version: '1.0' });
  return {
    report: (target, event) => {
      const { level, message } = eventMessage(event);
      write(event.type, level, message, { target, ...fieldsOf(event) });
    },
    note: (message) => write('log', 'warn', message),
    end: () => Promise.resolve(),
    plan: (document) => writePlan(document, write),
    diagnostics: (diagnostics) => {
      for (const diagnostic of diagnostics) {
        const level = diagnostic.severity === 'error' ? 'error' : 'warn';
        write('diagnostic', level, `${diagnostic.summary}: ${diagnostic.detail}`, {
          diagnostic: diagnosticJson(diagnostic),
        });
      }
    },
    complete: ({ sections, configuration }, exitCode) => {
      const shown = sections.map(({ section, outcome, releaseId, active }) => ({
        target: section.target,
        version: section.to?.version ?? null,
        outcome,
        release: releaseId,
        active,
      }));
      const message = exitCode === 0 ? 'Complete' : `Ended with exit code ${exitCode}`;
      write('apply_complete', exitCode === 0 ? 'info' : 'error', message, {
        sections: shown,
        configuration: configuration?.outcome ?? null,
        exit_code: exitCode,
      });
    },
    recovered: (recoveries, exitCode) => {
      const releases = recoveries.map(({ release, state }) => ({
        release: release.id,
        target: release.target,
        version: release.version,
        state,
      }));
      const message = `${counted(releases.length, 'release')} recovered`;
      write('recover_complete', exitCode === 0 ? 'info' : 'error', message, { releases, exit_code: exitCode });
    },
  };
};

/** Names as they are written in machine output. */
const snake = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const rounded = (value: unknown): unknown => (typeof value === 'number' ? Math.round(value) : value);

const snakeKeys = (object: object): object =>
  Object.fromEntries(Object.entries(object).map(([name, value]) => [snake(name), rounded(value)]));

/** The fields of an event but for those that stand as `@level` and `@message` already. */
const fieldsOf = (event: ReleaseEvent): object => {
  if (event.type === 'log') return {};
  if (event.type === 'gate_result') return snakeKeys(event.result);
  const { type: _, ...fields } = event;
  return snakeKeys(fields);
};
