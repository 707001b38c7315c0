import { parseXml, type XmlElement } from '../../documents/index.ts';
import type { TestCase, TestReport } from './test-report.ts';

const childrenOf = (element: XmlElement, name: string): readonly XmlElement[] => {
  const children = element[name];
  return Array.isArray(children) ? (children as readonly XmlElement[]) : [];
};

const attribute = (element: XmlElement, name: string): string | undefined => {
  const value = element[`@${name}`];
  return typeof value === 'string' ? value : undefined;
};

/** Seconds, as `0.012`, or with commas between thousands. */
const millisecondsOf = (text: string | undefined): number | undefined => {
  const seconds = Number(text?.replaceAll(',', '') ?? Number.NaN);
  return text?.trim() && Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
};

const caseOf = (element: XmlElement): TestCase => {
  const has = (name: string): boolean => childrenOf(element, name).length > 0;
  const outcome = has('failure') || has('error') ? 'failed' : has('skipped') ? 'skipped' : 'passed';
  const name = [attribute(element, 'classname'), attribute(element, 'name')].filter((part) => part).join(' ');
  const durationMs = millisecondsOf(attribute(element, 'time'));
  return { name: name || 'a test without a name', outcome, ...(durationMs !== undefined && { durationMs }) };
};

/** Test cases stand in suites, and suites may stand in suites. Depth is bounded by the reader of XML. */
const casesIn = (suite: XmlElement): readonly TestCase[] => [
  ...childrenOf(suite, 'testcase').map(caseOf),
  ...childrenOf(suite, 'testsuite').flatMap(casesIn),
];

interface SuiteErrors {
  /** How much failed in a suite and in those within it, whoever says so. */
  readonly failed: number;
  /** The suites in which more failed than their test cases tell. */
  readonly beside: readonly TestCase[];
}

/** A suite that could not even be loaded says so in its own count, and has no test case that failed. */
const errorsOf = (suite: XmlElement): SuiteErrors => {
  const within = childrenOf(suite, 'testsuite').map(errorsOf);
  const own = childrenOf(suite, 'testcase').filter((element) => caseOf(element).outcome === 'failed').length;
  const failed = within.reduce((sum, inner) => sum + inner.failed, own);
  const beside = within.flatMap((inner) => inner.beside);
  const told = Number(attribute(suite, 'errors') ?? 0) + Number(attribute(suite, 'failures') ?? 0);
  if (!(told > failed)) return { failed, beside };
  const whole: TestCase = { name: `${attribute(suite, 'name') ?? 'a suite'} as a whole`, outcome: 'failed' };
  return { failed: told, beside: [...beside, whole] };
};

/** Reads JUnit XML, of one suite or of several. */
export const readJunit = (text: string, filename: string): TestReport => {
  const parsed = parseXml({ text, filename });
  if (!parsed.ok) return { fault: parsed.diagnostics[0]?.detail.replace(/\.$/, '') ?? 'it cannot be read' };
  const roots = [...childrenOf(parsed.value, 'testsuites'), ...childrenOf(parsed.value, 'testsuite')];
  if (roots.length === 0) return { fault: `${filename} is XML, and no JUnit report` };
  return { cases: [...roots.flatMap(casesIn), ...roots.flatMap((root) => errorsOf(root).beside)] };
};
