import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { policyGate } from '../../engine/clearance/gates/policies.ts';
import { loadPolicyLanguage } from '../../engine/config/policy-language.ts';
import { gateInput, said } from './input.ts';

const policy = (expression: string, onFailure: 'deny' | 'warn' = 'deny') =>
  policyGate({ name: 'p', expression, onFailure });

const input = gateInput({ artifacts: { 'workflow.a': { x: 1 }, 'agent.b': { x: 2 } } });
/** By the clock of the database: that of the machine is another one. */
const friday = { ...input, now: () => Promise.resolve(new Date('2026-11-27T22:30:00Z')) };

describe('a policy', () => {
  test.each([
    ['plan.changes.size() == 2'],
    ['plan.changes.all(c, !("delete" in c.actions))'],
    ['plan.changes.filter(c, c.kind == "workflow").size() <= 1'],
    ['plan.from.version == null && plan.to.version == "v1.0.0"'],
    ['plan.to.seq == null || plan.to.seq > 0'],
    ['environment_type == "production" && actor != "mallory"'],
    ['plan.configuration_changes.all(c, c.loosens.size() == 0)'],
    ['plan.allow_deletes == false && plan.approvals >= 0'],
    ['plan.configuration == {} || has(plan.configuration.target)'],
  ])('holds: %s', async (expression) => {
    expect(await said(policy(expression), input)).toBe('pass: it holds');
  });

  test('knows the time, in the zone that it names', async () => {
    const notOnFridays = (zone: string) => policy(`now.getDayOfWeek("${zone}") != 5`);
    expect(await said(notOnFridays('UTC'), friday)).toMatch(/^fail: it does not hold/);
    expect(await said(notOnFridays('Asia/Tokyo'), friday)).toBe('pass: it holds');
  });

  test('that does not hold denies, or only warns', async () => {
    const expression = 'plan.changes.size() < 2';
    expect(await said(policy(expression), input)).toBe(`fail: it does not hold: ${expression}`);
    expect(await said(policy(expression, 'warn'), input)).toBe(`warn: it does not hold: ${expression}`);
  });

  test.each([
    [
      'plan.to.commit.size() > 5 && plan.configuration.target.name == "x"',
      /^fail: it cannot be judged: No such key: target/,
    ],
    ['1 / 0 == 1', /^fail: it cannot be judged/],
    ['plan.chnages.size() == 0', /^fail: it cannot be judged: No such key: chnages/],
  ])('that nobody can judge does not hold: %s', async (expression, why) => {
    expect(await said(policy(expression), input)).toMatch(why);
  });
});

describe('the language', () => {
  test.each([
    ['plan.chnages.size() == 0', 'No such key: chnages'],
    ['plan.changes.all(c, c.actoins.size() > 0)', 'No such key: actoins'],
    ['plan.target == 3', 'no such overload'],
    ['plans.target == "x"', 'Unknown variable: plans'],
    ['plan.target', 'it gives string, and not true or false'],
    ['plan.target ==', ''],
    [`${'('.repeat(200)}true${')'.repeat(200)}`, ''],
  ])('refuses %s before any release', async (expression, fault) => {
    const compiled = (await loadPolicyLanguage())(expression);
    expect(compiled).toMatchObject({ ok: false });
    if (!compiled.ok) expect(compiled.fault).toContain(fault);
  });

  test('knows every field of a plan, under the name that its schema gives it', async () => {
    const schema = JSON.parse(readFileSync(new URL('../../schemas/plan.schema.json', import.meta.url), 'utf8'));
    const compile = await loadPolicyLanguage();
    const fieldsOf = (definition: string): readonly string[] => Object.keys(schema.$defs[definition].properties);
    const named = [
      ...fieldsOf('PlanSection').map((field) => `[plan.${field}].size() == 1`),
      ...fieldsOf('From').map((field) => `plan.from.${field} == plan.from.${field}`),
      ...fieldsOf('To').map((field) => `plan.to.${field} == plan.to.${field}`),
      ...fieldsOf('Change').map((field) => `plan.changes.all(one, one.${field} == one.${field})`),
      ...fieldsOf('Drift').map((field) => `plan.drift.all(one, one.${field} == one.${field})`),
      ...fieldsOf('VariableChange').map((field) => `plan.variables.all(one, one.${field} == one.${field})`),
      ...fieldsOf('ConfigurationChange').map(
        (field) => `plan.configuration_changes.all(one, one.${field} == one.${field})`,
      ),
    ];
    expect(named.filter((expression) => !compile(expression).ok)).toEqual([]);
  });

  test('says at which letter', async () => {
    expect((await loadPolicyLanguage())('true &&\n  plan.chnages == 1')).toMatchObject({
      ok: false,
      at: expect.any(Number),
    });
  });
});
