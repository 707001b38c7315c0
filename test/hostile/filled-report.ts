import type { AuditReport } from '../../engine/operations/index.ts';
import { at } from './filled.ts';

const changeWith = (text: string, kind: 'release' | 'configuration'): AuditReport['changes'][number] => ({
  ...{ at, kind, environment: text, target: text, requested_by: text, reason: text, from_version: text },
  ...{ to_version: text, counts: { create: 1, update: 2, delete: 3 }, configuration: [text], loosens: [text] },
  ...{
    carries: { pull_requests: [1], change_sets: [text], commits: 2, complete: false },
    approvals_asked: 1,
    approved_by: [text],
    gates: [{ gate: text, verdict: 'failed' }],
    outcome: text,
    failure: text,
  },
  ...{ started_at: at, ended_at: at, duration_ms: 1, release: text, entries: [1], differs: [text] },
});

const control = (text: string) => [{ reference: text, about: text }];

/** A report, with the text also where a moment should be: somebody may have written it into the tables. */
export const reportWith = (text: string, isWhole: boolean): AuditReport => ({
  ...({ format_version: '1.0', standard: 'soc2', title: text, project: text, lineage: text } as const),
  ...{ tool_version: text, created_at: at, created_by: text, start: at, end: at, environment: text },
  controls: {
    integrity: control(text),
    changes: control(text),
    exceptions: control(text),
    deployments: control(text),
    access: control(text),
  },
  integrity: {
    ...{ whole: isWhole, entries: 1, last_hash: isWhole ? 'f'.repeat(64) : null, checkpoints: 1, files: [text] },
    fault: isWhole ? null : { n: 1, why: text },
  },
  changes: [changeWith(text, 'release'), changeWith(text, 'configuration')],
  exceptions: [
    { at: text, kind: 'hold lifted', environment: text, target: text, by: text, what: text, reason: text, entry: 1 },
  ],
  deployments: [
    {
      ...({ kind: 'release', environment: text, target: text, from_version: text, to_version: text } as const),
      ...{ outcome: text, started_at: text, ended_at: text, duration_ms: 1, release: text, by: text },
    },
  ],
  access: [
    { actor: text, environment: text, first: text, last: text, count: 1, actions: [{ action: text, count: 1 }] },
  ],
});
