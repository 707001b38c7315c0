import { counted } from '../../values/index.ts';
import type { Gate } from './gate.ts';

/**
 * The release deletes no more artifacts than `deployment.max_deletes` allows. A plan that does is blocked before any gate
 * is judged; here it is recorded how near the limit was.
 */
export const limitsGate: Gate = {
  name: 'limits',
  needs: ['version'],
  run: ({ section, target }) => {
    const deletes = section.changes.filter(({ actions }) => actions.includes('delete')).length;
    const { maxDeletes = Infinity } = target.deployment;
    const evidence = { deletes, max_deletes: target.deployment.maxDeletes ?? null, allowed: section.allow_deletes };
    const said = `${counted(deletes, 'delete')}, and ${maxDeletes} are allowed`;
    if (deletes <= maxDeletes) return Promise.resolve({ verdict: 'pass', summary: said, evidence });
    return Promise.resolve(
      section.allow_deletes
        ? { verdict: 'warn', summary: `${said}; --allow-deletes was given`, evidence }
        : { verdict: 'fail', summary: said, evidence },
    );
  },
};
