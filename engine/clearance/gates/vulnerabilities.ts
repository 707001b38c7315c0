import { posix } from 'node:path';
import type { Severity } from '../../config/index.ts';
import { addressOf, counted, isJsonObject, type JsonValue } from '../../values/index.ts';
import { reportText } from '../reports/report-file.ts';
import { readSarif, type Vulnerability } from '../reports/sarif.ts';
import type { Gate, GateFinding, GateInput } from './gate.ts';

/** The mildest first. */
const severities: readonly Severity[] = ['low', 'medium', 'high', 'critical'];

/** A processor of the version, with the folder of its files. */
interface ProcessorFolder {
  readonly address: string;
  readonly folder: string;
  readonly hasDependencies: boolean;
}

const declaresDependencies = (body: Uint8Array): boolean => {
  const document = JSON.parse(Buffer.from(body).toString('utf8')) as JsonValue;
  const manifest = isJsonObject(document) ? document.manifest : undefined;
  if (manifest === undefined || !isJsonObject(manifest)) return false;
  const processor =
    manifest.processor !== undefined && isJsonObject(manifest.processor) ? manifest.processor : manifest;
  return processor.dependencies !== undefined;
};

const processorsOf = async ({ desired, bodies }: GateInput): Promise<readonly ProcessorFolder[]> => {
  const lines = (await desired.lines()).filter(({ kind }) => kind === 'processor');
  if (lines.length === 0) return [];
  const declaring = new Set<string>();
  for await (const { digest, body } of bodies(new Set(lines.map(({ digest }) => digest)))) {
    if (declaresDependencies(body)) declaring.add(digest);
  }
  const processors: ProcessorFolder[] = [];
  for (const { kind, name, digest } of lines) {
    const address = addressOf(kind, name);
    const manifest = await desired.pathOf?.(address);
    if (manifest === undefined) continue;
    processors.push({ address, folder: posix.dirname(manifest), hasDependencies: declaring.has(digest) });
  }
  return processors;
};

/** Reports name files from wherever their scanner was started. */
const isIn = (folder: string, file: string): boolean =>
  file.startsWith(`${folder}/`) || file.includes(`/${folder}/`) || (folder === '.' && !file.includes('/'));

interface Located {
  readonly vulnerability: Vulnerability;
  readonly processor: ProcessorFolder;
  readonly file: Vulnerability['files'][number];
}

const locate = (
  vulnerabilities: readonly Vulnerability[],
  processors: readonly ProcessorFolder[],
): readonly Located[] =>
  vulnerabilities.flatMap((vulnerability) =>
    processors.flatMap((processor) => {
      const file = vulnerability.files.find(({ path }) => isIn(processor.folder, path));
      return file ? [{ vulnerability, processor, file }] : [];
    }),
  );

const findingOf = ({ vulnerability, processor, file }: Located, failAt: Severity): GateFinding => {
  const { id, message, severity } = vulnerability;
  const stops = severities.indexOf(severity) >= severities.indexOf(failAt);
  return {
    severity: stops ? 'error' : 'warning',
    code: `vulnerability/${id}`,
    detail: `${id} (${severity}): ${message}`,
    address: processor.address,
    file: file.line === null ? file.path : `${file.path}:${file.line}`,
  };
};

const unusable = (sarif: string, why: string): GateFinding => ({
  severity: 'error',
  code: 'report-unusable',
  detail: `${sarif}: ${why}.`,
  address: null,
  file: sarif,
});

interface Judged {
  readonly findings: readonly GateFinding[];
  /** Of files that belong to no processor of the version. */
  readonly elsewhere: number;
  readonly tools: readonly string[];
}

const judgeReport = async (
  { directory, desired }: GateInput,
  { sarif, failAt }: { readonly sarif: string; readonly failAt: Severity },
  processors: readonly ProcessorFolder[],
): Promise<Judged> => {
  const nothing = (why: string): Judged => ({ findings: [unusable(sarif, why)], elsewhere: 0, tools: [] });
  const found = await reportText(directory, sarif);
  if ('fault' in found) return nothing(found.fault);
  const report = readSarif(found.text, sarif);
  if ('fault' in report) return nothing(report.fault);
  const other = report.commits.find((commit) => desired.commit !== null && commit !== desired.commit);
  if (other !== undefined)
    return nothing(`it is about the commit ${other}, and ${desired.version} is ${desired.commit}`);
  const located = locate(report.vulnerabilities, processors);
  const inside = new Set(located.map(({ vulnerability }) => vulnerability));
  return {
    findings: located.map((one) => findingOf(one, failAt)),
    elsewhere: report.vulnerabilities.filter((one) => !inside.has(one)).length,
    tools: report.tools,
  };
};

const summaryOf = (findings: readonly GateFinding[], declaring: number): string => {
  const unread = findings.filter(({ code }) => code === 'report-unusable');
  if (unread.length > 0) return unread.map(({ detail }) => detail.replace(/\.$/, '')).join('; ');
  const known = `${counted(findings.length, 'known vulnerability', 'known vulnerabilities')}`;
  return `${known} in ${counted(declaring, 'processor')} with declared dependencies`;
};

/** What a scanner knows against the processors of the version is mild enough. Reports are read; nothing is scanned here. */
export const vulnerabilitiesGate: Gate = {
  name: 'vulnerabilities',
  needs: ['contents', 'files'],
  run: async (input) => {
    const processors = await processorsOf(input);
    const judged: Judged[] = [];
    for (const report of input.target.gates.security.reports) judged.push(await judgeReport(input, report, processors));
    const findings = judged.flatMap((one) => one.findings);
    const stopping = findings.filter(({ severity }) => severity === 'error').length;
    const declaring = processors.filter(({ hasDependencies }) => hasDependencies).length;
    return {
      verdict: stopping > 0 ? 'fail' : findings.length > 0 ? 'warn' : 'pass',
      summary: summaryOf(findings, declaring),
      findings: findings.toSorted(
        (left, right) => Number(left.severity === 'warning') - Number(right.severity === 'warning'),
      ),
      evidence: {
        reports: input.target.gates.security.reports.map(({ sarif, failAt }) => ({ sarif, fail_at: failAt })),
        scanners: [...new Set(judged.flatMap(({ tools }) => tools))],
        found: findings.length,
        stopping,
        elsewhere: judged.reduce((sum, { elsewhere }) => sum + elsewhere, 0),
        processors: processors.length,
        with_dependencies: declaring,
      },
    };
  },
};
