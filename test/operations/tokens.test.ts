import { beforeAll, describe, expect, test } from 'vitest';
import type { Diagnostic } from '../../engine/diagnostics/index.ts';
import {
  apply,
  createToken,
  type Identity,
  listAllTokens,
  listTeam,
  type MadeToken,
  revokeToken,
  status,
  type TokenRequest,
} from '../../engine/operations/index.ts';
import { Secret } from '../../engine/values/index.ts';
import { auditOf } from '../support/audit.ts';
import { type Arrangement, codesOf, createProject, type TestProject, valueIn } from '../support/project.ts';
import { workflowFile } from '../support/workflows.ts';

/** The codes of what is no warning. */
const errorsOf = (diagnostics: readonly Diagnostic[]): readonly string[] =>
  codesOf(diagnostics.filter(({ severity }) => severity === 'error'));

const noWait = { lockTimeoutMs: 0 };
const team = 'team: { alice: { role: admin }, bob: { role: maintainer }, tester: { role: viewer } }';

describe.each<Arrangement>(['embedded', 'schemas'])('a token (%s)', (arrangement) => {
  let project: TestProject;
  let made: MadeToken;

  const as = (actor: string | Identity) => ({ ...project.context, actor });
  const holding = (token: string, name = 'somebody', isNamed = false) =>
    as({ name, isNamed, token: new Secret(token) });
  const make = async (request: Partial<TokenRequest> = {}) =>
    createToken(as('alice'), {
      ...{ name: 'nightly', actor: 'bob', environments: [], lastsSeconds: 3600, ...noWait },
      ...request,
    });
  const look = async (context: ReturnType<typeof as>): Promise<readonly string[]> =>
    errorsOf((await status(context, { targets: [], ...noWait })).diagnostics);
  const mayApply = async (token: string): Promise<readonly string[]> => {
    const manner = { reason: null, confirm: () => Promise.resolve(true), report: () => undefined, ...noWait };
    const outcome = await apply(holding(token), { ...manner, targets: ['staging'] });
    return errorsOf(outcome.ok ? outcome.value.problems : outcome.diagnostics);
  };

  beforeAll(async () => {
    project = await createProject(arrangement, { environments: ['development', 'staging'] });
    project.repository.commit({ 'workflows/a.json': workflowFile('a') }, 'v1.0.0');
    project.configure(
      '  development: { environment: development, version: latest }\n  staging: { environment: staging, version: latest }',
      { top: team },
    );
    made = valueIn(await make());
  });

  test('is shown once, and only its hash is kept', async () => {
    expect(made).toMatchObject({ name: 'nightly', for: 'bob', by: 'alice', state: 'valid', environments: null });
    expect(made.token).toMatch(/^m3f_[0-9a-f]{12}_[A-Za-z0-9_-]{43}$/);
    const rows = await project.sql('development', 'select * from m3forge.token');
    const secret = made.token.split('_').slice(2).join('_');
    expect(JSON.stringify(rows)).not.toContain(secret);
    expect(JSON.stringify(valueIn(await listAllTokens(as('alice'), noWait)))).not.toContain(secret);
    expect(JSON.stringify(await auditOf(project, {}))).not.toContain(secret);
  });

  test('is whoever it is for, and nobody is that by name alone any more', async () => {
    expect(await look(holding(made.token))).toEqual([]);
    expect(await look(holding(made.token, 'bob', true))).toEqual([]);
    expect(await look(holding(made.token, 'alice', true))).toEqual(['identity-unproven']);
    expect(await look(as('bob'))).toEqual(['identity-unproven']);
    expect(await look(as('alice'))).toEqual([]);
    expect(valueIn(await listTeam(as('alice'), noWait)).map(({ name, has_token: needed }) => [name, needed])).toEqual([
      ['alice', false],
      ['bob', true],
      ['tester', false],
    ]);
  });

  test('is refused where it was never given out, whatever of it is right', async () => {
    const [, id = '', secret = ''] = /^m3f_([0-9a-f]{12})_(.*)$/.exec(made.token) ?? [];
    for (const wrong of ['', 'm3f', `m3f_${id}_${'A'.repeat(43)}`, `m3f_000000000000_${secret}`, `${made.token}x`]) {
      if (wrong !== '') expect([wrong, await look(holding(wrong))]).toEqual([wrong, ['token-refused']]);
    }
  });

  test('for some environments counts there, and manages nothing', async () => {
    const scoped = valueIn(await make({ name: 'dev only', environments: ['development'] }));
    expect(await mayApply(scoped.token)).toEqual(['role-denied']);
    expect(await look(holding(scoped.token))).toEqual([]);
    const admin = valueIn(await make({ name: 'staging only', actor: 'alice', environments: ['staging'] }));
    expect(codesOf((await listAllTokens(holding(admin.token), noWait)).diagnostics)).toEqual(['role-denied']);
    expect(await mayApply(admin.token)).toEqual([]);
    const [{ id } = { id: '' }] = await project.sql<{ id: string }>(
      'development',
      "select id from m3forge.token where name = 'staging only'",
    );
    // Nobody but an admin without limits ends it; here that is alice by a token for everything.
    const whole = await project.sql(
      'development',
      `update m3forge.token set environments = null where id = '${id}' returning id`,
    );
    expect(whole).toHaveLength(1);
    expect(valueIn(await revokeToken(holding(admin.token), { id, ...noWait }))).toMatchObject({ state: 'revoked' });
    expect(await look(holding(admin.token))).toEqual(['token-refused']);
    expect(await look(as('alice'))).toEqual([]);
    expect(codesOf((await revokeToken(as('alice'), { id, ...noWait })).diagnostics)).toEqual(['token-unknown']);
  });

  test('does not do once its time is over, and neither does the name', async () => {
    await project.script('development', `update m3forge.token set expires_at = now() where actor = 'bob'`);
    expect(await look(holding(made.token))).toEqual(['token-refused']);
    expect(await look(as('bob'))).toEqual(['identity-unproven']);
    expect(valueIn(await listAllTokens(as('alice'), noWait)).filter(({ state }) => state === 'expired')).toHaveLength(
      2,
    );
  });

  test('is for somebody of the team, in an environment that there is, and handed out by who manages', async () => {
    expect(codesOf((await make({ actor: 'mallory' })).diagnostics)).toEqual(['usage-flag-value']);
    expect(codesOf((await make({ environments: ['mars'] })).diagnostics)).toEqual(['usage-flag-value']);
    const byMallory = await listAllTokens(as('mallory'), noWait);
    expect(codesOf(byMallory.diagnostics)).toEqual(['role-denied']);
  });

  test('leaves a trail: who made and ended it, and who came with a wrong one', async () => {
    const counts = new Map<string, number>();
    for (const { event } of await auditOf(project, {})) counts.set(event, (counts.get(event) ?? 0) + 1);
    expect(counts.get('token.created')).toBe(3);
    expect(counts.get('token.revoked')).toBe(1);
    expect(counts.get('identity.refused')).toBeGreaterThan(5);
    expect(counts.get('access.denied')).toBe(3);
  });
});
