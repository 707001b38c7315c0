import { type LocateInArtifact, preflight, preflightSummary, readNeeds } from '../../gateways/index.ts';
import { counted } from '../../values/index.ts';
import { findingOf, type Gate, ofSeverity, verdictOf } from './gate.ts';

const nowhere: LocateInArtifact = () => Promise.resolve(undefined);

/**
 * Every gateway of the target serves what the nodes of the whole version need. Planning asks for what changes; what was
 * released before may have lost its executor since.
 */
export const nodeRegistryGate: Gate = {
  name: 'node_registry',
  needs: ['contents', 'gateways'],
  run: async ({ desired, bodies, gateways, peers, system }) => {
    const open = await gateways();
    if (open.length === 0) return { verdict: 'warn', summary: 'the target has no gateway that could be asked' };
    const workflows = (await desired.lines()).filter(({ kind }) => kind === 'workflow');
    const needs = await readNeeds(
      workflows.map(({ kind, name, digest }) => ({ kind, name, after_digest: digest })),
      bodies,
    );
    const { diagnostics } = await preflight(open, needs, {
      locate: desired.locate ?? nowhere,
      lenient: false,
      peers: await peers(),
      signal: system.interrupted,
    });
    const findings = diagnostics.map(findingOf);
    const [errors, warnings] = [ofSeverity(findings, 'error').length, ofSeverity(findings, 'warning').length];
    return {
      verdict: verdictOf(findings),
      summary:
        errors + warnings === 0
          ? preflightSummary(open, needs)
          : `${counted(errors, 'error')}, ${counted(warnings, 'warning')}`,
      findings,
      evidence: { gateways: open.map(({ id }) => id), workflows: workflows.length, errors, warnings },
      interrupted: system.interrupted.aborted,
    };
  },
};
