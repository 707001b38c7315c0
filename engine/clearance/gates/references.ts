import type { DiagnosticCode } from '../../diagnostics/index.ts';
import { counted } from '../../values/index.ts';
import { findingOf, type Gate } from './gate.ts';

/** What is found of references when a version is read. */
export const referenceCodes: ReadonlySet<DiagnosticCode> = new Set(['workflow-reference-unknown'] as const);

/** Every JSONPath of a workflow that refers to a node leads to one that exists. */
export const referencesGate: Gate = {
  name: 'references',
  needs: ['version'],
  run: ({ findings }) => {
    const broken = findings.filter(({ code }) => referenceCodes.has(code));
    return Promise.resolve({
      verdict: broken.length > 0 ? 'fail' : 'pass',
      summary:
        broken.length > 0
          ? `${counted(broken.length, 'reference')} to nodes that do not exist`
          : 'every reference to a node leads to one',
      findings: broken.map(findingOf),
      evidence: { broken: broken.length },
    });
  },
};
