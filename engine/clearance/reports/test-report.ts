/** One test of a report. */
export interface TestCase {
  readonly name: string;
  /** What is still to be done counts as skipped. */
  readonly outcome: 'passed' | 'failed' | 'skipped';
  /** Undefined where the report does not say how long it took. */
  readonly durationMs?: number;
}

/** What a report says, or why it cannot be gone by. */
export type TestReport = { readonly cases: readonly TestCase[] } | { readonly fault: string };

export interface TestCount {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export const countCases = (cases: readonly TestCase[]): TestCount => {
  const count = (wanted: TestCase['outcome']): number => cases.filter(({ outcome }) => outcome === wanted).length;
  return { passed: count('passed'), failed: count('failed'), skipped: count('skipped') };
};

/** The names of tests that passed, each time they ran. */
const passedIn = (cases: readonly TestCase[]): ReadonlySet<string> => {
  const failed = new Set(cases.flatMap(({ name, outcome }) => (outcome === 'failed' ? [name] : [])));
  return new Set(cases.flatMap(({ name, outcome }) => (outcome === 'passed' && !failed.has(name) ? [name] : [])));
};

/** The tests that passed in a baseline and do not pass any more, be it that they fail, are skipped, or are gone. */
export const regressionsBetween = (baseline: readonly TestCase[], now: readonly TestCase[]): readonly string[] => {
  const passed = passedIn(now);
  return [...passedIn(baseline)].filter((name) => !passed.has(name));
};
