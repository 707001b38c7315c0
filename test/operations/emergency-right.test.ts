import { expect, test } from 'vitest';
import { mayDeclareEmergency } from '../../engine/operations/emergency-right.ts';
import type { OperationContext } from '../../engine/operations/index.ts';

const terms = { gates_skipped: [], approvals_replaced: 0, allowed_roles: ['admin', 'maintainer'], review: true };

const faultOf = (actor: string, roles: ReadonlyMap<string, string> | null): string | undefined =>
  mayDeclareEmergency(
    { context: { actor } as unknown as OperationContext },
    { target: 'hotfix', emergency: terms },
    roles,
  );

// Whoever is told so is told it as `emergency-not-allowed`.
test('an emergency is declared by those who have one of its roles, and by anybody where nobody has any', () => {
  const roles = new Map([
    ['alice', 'admin'],
    ['bob', 'developer'],
  ]);
  expect(faultOf('carol', null)).toBeUndefined();
  expect(faultOf('alice', roles)).toBeUndefined();
  expect(faultOf('bob', roles)).toBe('has the role developer, and admin or maintainer may');
  expect(faultOf('carol', roles)).toBe('has no role, and admin or maintainer may');
});
