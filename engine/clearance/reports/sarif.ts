import type { Severity } from '../../config/index.ts';
import { parseJson } from '../../documents/index.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../values/index.ts';

/** One known vulnerability, as a scanner told it. */
export interface Vulnerability {
  /** What the scanner calls it, such as `CVE-2026-1234`. */
  readonly id: string;
  /** The first line of its message. */
  readonly message: string;
  readonly severity: Severity;
  /** The files it was found in, as the report spells them, without a scheme. */
  readonly files: readonly { readonly path: string; readonly line: number | null }[];
}

/** What a report says, or why it cannot be gone by. */
export type VulnerabilityReport =
  | {
      readonly tools: readonly string[];
      /** The commits that were scanned, where the report says so. */
      readonly commits: readonly string[];
      readonly vulnerabilities: readonly Vulnerability[];
    }
  | { readonly fault: string };

const objects = (value: JsonValue | undefined): readonly JsonObject[] =>
  Array.isArray(value) ? (value as readonly JsonValue[]).filter(isJsonObject) : [];

const object = (value: JsonValue | undefined): JsonObject => (value !== undefined && isJsonObject(value) ? value : {});

const text = (value: JsonValue | undefined): string | undefined => (typeof value === 'string' ? value : undefined);

/** By the score of CVSS where the scanner gives one, as GitHub reads it, and else by its level. */
const severityOf = (result: JsonObject, rule: JsonObject): Severity => {
  const score = Number(object(result.properties)['security-severity'] ?? object(rule.properties)['security-severity']);
  if (Number.isFinite(score) && score > 0) {
    return score >= 9 ? 'critical' : score >= 7 ? 'high' : score >= 4 ? 'medium' : 'low';
  }
  const level = text(result.level) ?? text(object(rule.defaultConfiguration).level) ?? 'warning';
  return level === 'error' ? 'high' : level === 'warning' ? 'medium' : 'low';
};

const decoded = (uri: string): string => {
  try {
    return decodeURIComponent(uri);
  } catch {
    return uri;
  }
};

const pathOf = (uri: string): string => decoded(uri.replace(/^file:\/\/[^/]*/, '')).replace(/^(?:\.\/)+/, '');

const filesOf = (result: JsonObject): Vulnerability['files'] =>
  objects(result.locations).flatMap((location) => {
    const { artifactLocation, region } = object(location.physicalLocation);
    const uri = text(object(artifactLocation).uri);
    const line = object(region).startLine;
    return uri === undefined ? [] : [{ path: pathOf(uri), line: typeof line === 'number' ? line : null }];
  });

/** Not among those that count: what somebody accepted, what is gone since, what is no finding. */
const isSettled = ({ suppressions, baselineState, kind, level }: JsonObject): boolean =>
  objects(suppressions).some(({ status = 'accepted' }) => status === 'accepted') ||
  baselineState === 'absent' ||
  (kind !== undefined && kind !== 'fail') ||
  level === 'none';

const ruleOf = (run: JsonObject, { ruleIndex, ruleId, rule }: JsonObject): JsonObject => {
  const rules = objects(object(object(run.tool).driver).rules);
  const index = ruleIndex ?? object(rule).index;
  const found = typeof index === 'number' ? rules[index] : undefined;
  return found ?? rules.find(({ id }) => id === (ruleId ?? object(rule).id)) ?? {};
};

const vulnerabilityOf = (run: JsonObject, result: JsonObject): Vulnerability => {
  const rule = ruleOf(run, result);
  const [message = ''] = (text(object(result.message).text) ?? text(object(rule.shortDescription).text) ?? '').split(
    '\n',
  );
  return {
    id: text(result.ruleId) ?? text(object(result.rule).id) ?? text(rule.id) ?? 'unnamed',
    message,
    severity: severityOf(result, rule),
    files: filesOf(result),
  };
};

/** Reads SARIF 2.1.0. A run that failed has seen nothing, so its silence is no good news. */
export const readSarif = (content: string, filename: string): VulnerabilityReport => {
  const parsed = parseJson({ text: content, filename });
  if (!parsed.ok) return { fault: parsed.diagnostics[0]?.detail.replace(/\.$/, '') ?? 'it cannot be read' };
  const { value } = parsed.value;
  const report = object(value);
  if (!Array.isArray(report.runs) || !String(report.version ?? '').startsWith('2.'))
    return { fault: 'it is no SARIF report' };
  const runs = objects(report.runs);
  if (runs.length === 0) return { fault: 'no scanner ran for it' };
  if (runs.some((run) => objects(run.invocations).some(({ executionSuccessful }) => executionSuccessful === false))) {
    return { fault: 'it says that its scanner did not succeed' };
  }
  return {
    tools: runs.map((run) => text(object(object(run.tool).driver).name) ?? 'unnamed'),
    commits: runs.flatMap((run) =>
      objects(run.versionControlProvenance).flatMap(({ revisionId }) => text(revisionId) ?? []),
    ),
    vulnerabilities: runs.flatMap((run) =>
      objects(run.results)
        .filter((result) => !isSettled(result))
        .map((result) => vulnerabilityOf(run, result)),
    ),
  };
};
