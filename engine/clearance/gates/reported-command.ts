import { endOf, runShell } from '../../system/index.ts';
import { readReport, stampOf } from '../reports/report-file.ts';
import { isTap, readTap } from '../reports/tap.ts';
import type { TestReport } from '../reports/test-report.ts';
import type { GateInput } from './gate.ts';

/** A command of the configuration and the report that it is to write. */
export interface CommandOrder {
  readonly command: string;
  readonly report?: string | undefined;
  readonly timeoutSeconds: number;
}

/** How a command ended. */
export interface CommandEnd {
  /** Null where it was killed or could not be started. */
  readonly exitCode: number | null;
  /** `exit code 1`, `timed out after 300 s`. */
  readonly detail: string;
  /** Undefined where it wrote none and none was asked for. */
  readonly report: TestReport | undefined;
  /** The end of what it printed, without secrets. */
  readonly output: string;
  readonly interrupted: boolean;
}

/** So much of the end of the output is kept. */
const shownLetters = 4000;

const variablesFor = ({ section, desired }: GateInput): Readonly<Record<string, string>> => ({
  M3FORGE_TARGET: section.target,
  M3FORGE_ENVIRONMENT: section.environment,
  M3FORGE_VERSION: desired.version,
  ...(desired.commit !== null && { M3FORGE_COMMIT: desired.commit }),
});

/** What begins before the piece that is looked at, and may be half a secret, is far from what is shown. */
const tailOf = (text: string, redact: GateInput['redact']): string =>
  redact(text.slice(-4 * shownLetters))
    .slice(-shownLetters)
    .trim();

const reportOf = async (
  directory: string,
  { report }: CommandOrder,
  before: string | undefined,
  stdout: string,
): Promise<TestReport | undefined> => {
  if (report === undefined) return isTap(stdout) ? readTap(stdout) : undefined;
  const after = await stampOf(directory, report);
  // What an earlier run left says nothing of this one.
  return after !== undefined && after === before
    ? { fault: `${report} is from an earlier run` }
    : readReport(directory, report);
};

/** Runs a command in the configuration's directory and reads its report. It and all that it started are gone afterwards. */
export const runReported = async (input: GateInput, order: CommandOrder): Promise<CommandEnd> => {
  const { directory, system, redact } = input;
  const timeoutMs = order.timeoutSeconds * 1000;
  const before = order.report === undefined ? undefined : await stampOf(directory, order.report);
  const signal = system.interrupted;
  const { command } = order;
  const result = await runShell(system, { command, directory, variables: variablesFor(input), timeoutMs, signal });
  const [stdout, stderr] = [result.stdout.toString('utf8'), result.stderr.toString('utf8')];
  const ended = result.exitCode !== null;
  return {
    exitCode: result.exitCode,
    detail: endOf(result, { timeoutMs, signal }),
    // A command that was killed may have left half a report.
    report: ended ? await reportOf(directory, order, before, stdout) : undefined,
    output: tailOf([stdout.trimEnd(), stderr.trimEnd()].filter((part) => part !== '').join('\n'), redact),
    interrupted: !ended && signal.aborted,
  };
};
