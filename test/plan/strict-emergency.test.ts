import { describe, expect, test } from 'vitest';
import { rulesIn } from '../../engine/config/index.ts';
import { loosenings } from '../../engine/plan/loosening.ts';
import { stricter } from '../../engine/plan/strict-rules.ts';
import type { JsonObject } from '../../engine/values/index.ts';

const emergencyBody = (allowed: readonly string[], review: boolean): JsonObject => ({
  type: 'emergency',
  emergency: { allowed_roles: allowed, post_deploy_review: review },
});

const held = (own: JsonObject, recorded: JsonObject) => stricter(rulesIn(own), rulesIn(recorded)).emergency;

describe('gates are skipped', () => {
  const ordinary = { type: 'auto_deploy' };
  const usual = emergencyBody(['admin'], true);

  test('only where both the file and what is recorded let them be', () => {
    expect(held(usual, ordinary)).toBeUndefined();
    expect(held(ordinary, usual)).toBeUndefined();
    expect(held(usual, usual)).toEqual({ allowedRoles: ['admin'], review: true });
  });

  test('by those whom both let, and with the review that either wants', () => {
    const wider = emergencyBody(['admin', 'maintainer'], false);
    expect(held(wider, usual)).toEqual({ allowedRoles: ['admin'], review: true });
    expect(held(usual, wider)).toEqual({ allowedRoles: ['admin'], review: true });
    expect(held(wider, wider)).toEqual({ allowedRoles: ['admin', 'maintainer'], review: false });
    // Those who are named anew may once that is recorded.
    expect(held(emergencyBody(['operator'], true), usual)).toEqual({ allowedRoles: ['admin'], review: true });
  });
});

test.each([
  ['auto_deploy', 'emergency', true],
  ['manual_approval', 'emergency', true],
  ['emergency', 'auto_deploy', true],
  ['emergency', 'manual_approval', false],
])('a target of the type %s that becomes %s: loosened is %s', (before, after, expected) => {
  const found = loosenings('target.hotfix', { type: before }, { type: after });
  expect(found).toEqual(expected ? [`type: "${before}" → "${after}"`] : []);
});
