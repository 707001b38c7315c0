import { loadPolicyLanguage, type PolicyConfig } from '../../config/index.ts';
import type { JsonObject } from '../../values/index.ts';
import type { Gate, GateOutcome } from './gate.ts';

/** One rule over the plan: an expression that must be true. Where nobody can say whether it is, it does not hold. */
export const policyGate = ({ name, expression, onFailure }: PolicyConfig): Gate => ({
  name: `policy ${name}`,
  needs: ['version'],
  run: async ({ section, environmentType, actor, now }): Promise<GateOutcome> => {
    const evidence = { expression, on_failure: onFailure };
    const unmet = onFailure === 'warn' ? 'warn' : 'fail';
    const compiled = (await loadPolicyLanguage())(expression);
    // What was recorded may have been written for another version of the language.
    if (!compiled.ok) return { verdict: unmet, summary: `it cannot be judged: ${compiled.fault}`, evidence };
    const plan = section as unknown as JsonObject;
    const answer = compiled.judge({ plan, environmentType, actor, now: await now() });
    if ('fault' in answer) return { verdict: unmet, summary: `it cannot be judged: ${answer.fault}`, evidence };
    return answer.holds
      ? { verdict: 'pass', summary: 'it holds', evidence }
      : { verdict: unmet, summary: `it does not hold: ${expression}`, evidence };
  },
});
