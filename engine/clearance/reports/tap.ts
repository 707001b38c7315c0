import type { FinalResults, Parser, Result } from 'tap-parser';
import type { TestCase, TestReport } from './test-report.ts';

/** Whether a text is a stream of the Test Anything Protocol. */
export const isTap = (text: string): boolean => /^(?:TAP version \d+|1\.\.\d+(?:\s|$)|(?:not )?ok\b)/m.test(text);

/** Diagnostics between `---` and `...` are for people; without them nothing in a report is read as YAML. */
const withoutDiagnostics = (text: string): string => {
  let inside: string | undefined;
  return text
    .split(/\r?\n/)
    .filter((line) => {
      const indent = /^ +(?=---\s*$)/.exec(line)?.[0];
      if (inside === undefined && indent !== undefined) {
        inside = indent;
        return false;
      }
      if (inside === undefined) return true;
      if (line === `${inside}...`) inside = undefined;
      // A block that is never closed ends where its indentation does.
      else if (line.trim() !== '' && !line.startsWith(inside)) {
        inside = undefined;
        return true;
      }
      return false;
    })
    .join('\n');
};

const outcomeOf = ({ ok, skip, todo }: Result): TestCase['outcome'] =>
  skip || todo ? 'skipped' : ok ? 'passed' : 'failed';

/** Collects what is no sum of others: a test point that closes a subtest is told by those in it, unless none of them failed. */
const follow = (parser: Parser, cases: TestCase[], inside: string): void => {
  let failedBefore = 0;
  const failures = (): number => cases.filter(({ outcome }) => outcome === 'failed').length;
  parser.on('child', (child: Parser) => {
    failedBefore = failures();
    follow(child, cases, `${inside}${child.name} > `);
  });
  parser.on('assert', (result: Result) => {
    const outcome = outcomeOf(result);
    if (result.closingTestPoint && (outcome !== 'failed' || failures() > failedBefore)) return;
    cases.push({ name: `${inside}${result.name}`.trim() || `test ${result.id}`, outcome });
  });
};

const faultIn = ({ bailout, ok, failures }: FinalResults, cases: readonly TestCase[]): string | undefined => {
  if (bailout) return `its tests bailed out${typeof bailout === 'string' ? `: ${bailout}` : ''}`;
  if (ok || cases.some(({ outcome }) => outcome === 'failed')) return undefined;
  const [first] = failures.flatMap((failure) => (typeof failure.tapError === 'string' ? [failure.tapError] : []));
  return `its TAP is not whole: ${first ?? 'the plan was not kept'}`;
};

/** Reads TAP, subtests included. */
export const readTap = async (text: string): Promise<TestReport> => {
  const { Parser: TapParser } = await import('tap-parser');
  const cases: TestCase[] = [];
  const results = await new Promise<FinalResults>((resolve) => {
    const parser = new TapParser(resolve);
    follow(parser, cases, '');
    parser.end(withoutDiagnostics(text));
  });
  const fault = faultIn(results, cases);
  return fault === undefined ? { cases } : { fault };
};
