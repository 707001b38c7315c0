import { type Diagnostic, type DiagnosticCode, problem, warning } from '../diagnostics/index.ts';
import { addressOf, isJsonObject } from '../values/index.ts';
import type { Artifact, Locator } from './artifact.ts';
import { checkAgentFields, checkAgentSecrets } from './check-agent.ts';
import { checkGraph, graphOf } from './check-graph.ts';
import { checkNodes } from './check-nodes.ts';
import { checkProcessorManifest } from './check-processor.ts';
import { checkReferences } from './check-references.ts';
import type { Finding, Report, ValidationChecks } from './finding.ts';
import { planMark } from './run-needs.ts';
import { safeLocator } from './secret-value.ts';
import { planPathOf } from './shape.ts';
import { nodesOf, viewNodes } from './workflow-node.ts';

/**
 * The check that each code belongs to, so that a validation result may be kept whole and read under any choice of checks.
 * A code that is not listed (a secret, say) cannot be switched off.
 */
const checkOf: Partial<Record<DiagnosticCode, keyof ValidationChecks>> = {
  'workflow-empty': 'checkDagCycles',
  'workflow-root': 'checkDagCycles',
  'workflow-cycle': 'checkDagCycles',
  'workflow-dependency-unknown': 'checkDagCycles',
  'workflow-node-duplicate': 'checkDagCycles',
  'workflow-target-unknown': 'checkDagCycles',
  'workflow-target-independent': 'checkDagCycles',
  'workflow-node-id': 'checkNodeSchemas',
  'workflow-node-type': 'checkNodeSchemas',
  'workflow-node-definition': 'checkNodeSchemas',
  'workflow-method-unknown': 'checkNodeSchemas',
  'workflow-method-unsupported': 'checkNodeSchemas',
  'workflow-field-missing': 'checkNodeSchemas',
  'workflow-field-invalid': 'checkNodeSchemas',
  'workflow-field-ignored': 'checkNodeSchemas',
  'workflow-endpoint': 'checkNodeSchemas',
  'workflow-path-duplicate': 'checkNodeSchemas',
  'workflow-default-path-unknown': 'checkNodeSchemas',
  'workflow-guardrail-paths': 'checkNodeSchemas',
  'workflow-operator-unknown': 'checkNodeSchemas',
  'workflow-jsonpath': 'checkJsonpath',
  'workflow-reference-unknown': 'checkJsonpath',
  'workflow-mark': 'checkNodeSchemas',
  'agent-field-invalid': 'checkNodeSchemas',
  'processor-field-invalid': 'checkNodeSchemas',
  'processor-file-missing': 'checkNodeSchemas',
};

const isChosen = (code: DiagnosticCode, checks: ValidationChecks): boolean => {
  const check = checkOf[code];
  return check === undefined || checks[check] !== false;
};

/** Those diagnostics of a complete validation that the chosen checks would have made. */
export const chooseDiagnostics = (
  diagnostics: readonly Diagnostic[],
  checks: ValidationChecks,
): readonly Diagnostic[] => diagnostics.filter(({ code }) => isChosen(code, checks));

/** A file that was read back from a gateway: what m3forge wrote beside the nodes says something of that gateway alone. */
const checkMark = ({ value, shape }: Artifact, report: Report): void => {
  const planPath = planPathOf(shape);
  const [key] = planPath;
  const plan = key === undefined || !isJsonObject(value) ? value : value[String(key)];
  if (!isJsonObject(plan) || !Object.hasOwn(plan, planMark)) return;
  const detail = `The plan carries \`${planMark}\`, by which m3forge knows at a gateway what it put there. Here it is passed over.`;
  report({ severity: 'warning', code: 'workflow-mark', detail, path: [...planPath, planMark] });
};

const checkWorkflow = (artifact: Artifact, report: Report): void => {
  const nodesPath = [...planPathOf(artifact.shape), 'nodes'];
  checkMark(artifact, report);
  const list = nodesOf(artifact.value, artifact.shape);
  const nodes = viewNodes(list);
  checkNodes(list, nodes, nodesPath, report);
  const graph = graphOf(nodes, nodesPath);
  checkGraph(graph, nodesPath, report);
  checkReferences(graph, report);
};

const checkAgent = (artifact: Artifact, report: Report): void => {
  const { value, shape } = artifact;
  const path = shape === 'wrapped' ? ['agent'] : [];
  const agent = isJsonObject(value) && shape === 'wrapped' ? value.agent : value;
  if (isJsonObject(agent)) checkAgentFields(agent, path, report);
  checkAgentSecrets(value, report);
};

const checkProcessor = (artifact: Artifact, report: Report): void => {
  const { value, shape, files = [] } = artifact;
  const path = shape === 'wrapped' ? ['processor'] : [];
  const manifest = isJsonObject(value) && shape === 'wrapped' ? value.processor : value;
  if (isJsonObject(manifest)) checkProcessorManifest(manifest, path, files, report);
};

/** Of each code, so that a file with a mistake in every node is told in a page, and in time. */
const mostPerCode = 20;

/** The first findings of each code; the last one kept says how many more there are. */
const shorten = (findings: readonly Finding[]): readonly Finding[] => {
  const counts = new Map<DiagnosticCode, number>();
  const kept = findings.filter(({ code }) => {
    const count = (counts.get(code) ?? 0) + 1;
    counts.set(code, count);
    return count <= mostPerCode;
  });
  if (kept.length === findings.length) return findings;
  const lasts = new Map(kept.map((finding) => [finding.code, finding]));
  return kept.map((finding) => {
    const more = (counts.get(finding.code) ?? 0) - mostPerCode;
    if (more <= 0 || lasts.get(finding.code) !== finding) return finding;
    return { ...finding, detail: `${finding.detail} There are ${more} more like it.` };
  });
};

/** Findings may begin with the name of a node, which is written small. */
const sentence = (detail: string): string => detail.charAt(0).toUpperCase() + detail.slice(1);

/**
 * What is wrong with an artifact, in the order of its lines; empty where it is in order. Linear in the size of the
 * artifact, and positions are looked up only for what is reported.
 */
export const validateArtifact = (
  artifact: Artifact,
  document: Locator,
  checks: ValidationChecks = {},
): readonly Diagnostic[] => {
  const findings: Finding[] = [];
  const report: Report = (finding) => {
    if (isChosen(finding.code, checks)) findings.push(finding);
  };
  if (artifact.kind === 'workflow') checkWorkflow(artifact, report);
  else if (artifact.kind === 'agent') checkAgent(artifact, report);
  else checkProcessor(artifact, report);
  if (findings.length === 0) return [];
  const address = addressOf(artifact.kind, artifact.name);
  const rangeOf = safeLocator(document, artifact.value);
  return shorten(findings)
    .map(({ severity, code, detail, path, hint }) => {
      const build = severity === 'error' ? problem : warning;
      return build(code, { detail: sentence(detail), hint, address, range: rangeOf(path) });
    })
    .sort((left, right) => (left.range?.start.byte ?? 0) - (right.range?.start.byte ?? 0));
};
