import { type Diagnostic, exitCodeOf, problem } from '../../diagnostics/index.ts';
import type { GatesReport } from '../../operations/index.ts';
import { listFlag, switchFlag, valueFlag } from '../flags.ts';
import { present, SessionCommand } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { noTargetEnabled } from '../no-targets.ts';
import { diagnosticJson } from '../views/diagnostics.ts';
import { jsonText } from '../views/escape.ts';
import { eventMessage } from '../views/events.ts';
import { gatesText } from '../views/gates.ts';
import { gatesJunit } from '../views/gates-junit.ts';
import { gatesSarif } from '../views/gates-sarif.ts';
import { writeOutputFile } from '../write-file.ts';

export class GatesRunCommand extends SessionCommand {
  static override usage = {
    details: `Judges what each target would get by the gates that really hold for it, recorded rules included, and releases
nothing. Commands of test gates run in the folder of the configuration. Exit code 6 where a gate does not pass.`,
    examples: [
      ['Would a release to production pass?', 'm3forge gates run --target production'],
      ['Judge the working tree', 'm3forge gates run --ref .'],
      ['In CI: files that forges show', 'm3forge gates run --sarif-into gates.sarif --junit-into gates.xml'],
    ] as [string, string][],
  };

  readonly target = listFlag('--target', 'NAME', 'a publish target; default all that are enabled');
  readonly ref = valueFlag(
    '--ref',
    'REF',
    'a branch, tag or commit, or . for the working tree, in the place of the version',
  );
  readonly json = switchFlag('--json', 'as JSON');
  readonly sarifInto = valueFlag('--sarif-into', 'FILE', 'write what was found as SARIF 2.1.0');
  readonly junitInto = valueFlag('--junit-into', 'FILE', 'write the gates as JUnit XML, each as a test case');

  protected override problems(): readonly Diagnostic[] {
    const empty =
      this.ref?.trim() === ''
        ? [problem('usage-flag-value', { detail: '--ref is empty.', hint: 'Name a branch, a commit, or .' })]
        : [];
    return [...super.problems(), ...empty];
  }

  protected async perform(invocation: Invocation): Promise<number> {
    const { output, context } = invocation;
    const { runGates } = await loadOperations();
    const outcome = await runGates(context, {
      targets: this.target,
      ref: this.ref,
      lockTimeoutMs: this.lockTimeoutMs,
      report: (target, { result }) =>
        this.json ? undefined : output.notice(`${target}: ${eventMessage({ type: 'gate_result', result }).message}`),
    });
    if (outcome.ok) await this.writeFiles(invocation, outcome.value);
    const none = outcome.ok && outcome.value.targets.length === 0 && outcome.value.problems.length === 0;
    const instead = none && !this.json ? await noTargetEnabled(invocation) : undefined;
    return present(invocation, outcome, this.json, (report) => {
      const { targets, problems } = report;
      if (this.json) output.json({ format_version: '1.0', targets, diagnostics: problems.map(diagnosticJson) });
      else output.result(instead ?? gatesText(report, output.style));
      output.diagnostics(problems);
      return exitCodeOf(problems);
    });
  }

  private async writeFiles(invocation: Invocation, report: GatesReport): Promise<void> {
    if (this.sarifInto !== undefined) {
      const sarif = `${jsonText(gatesSarif(report, invocation.context.toolVersion))}\n`;
      await writeOutputFile(invocation, this.sarifInto, 'sarif', sarif);
    }
    if (this.junitInto !== undefined) await writeOutputFile(invocation, this.junitInto, 'junit', gatesJunit(report));
  }
}
