import type { GatesReport, GateView, TargetGates } from '../../operations/index.ts';
import { summaryOf } from './gates.ts';

type Finding = GateView['findings'][number];

/** `path`, `path:line` or `path:line:column`. */
const placeOf = (file: string) => {
  const [, path = file, line, column] = /^(.*?)(?::(\d+))?(?::(\d+))?$/s.exec(file) ?? [];
  return {
    artifactLocation: { uri: encodeURI(path) },
    ...(line !== undefined && {
      region: { startLine: Number(line), ...(column !== undefined && { startColumn: Number(column) }) },
    }),
  };
};

const locationsOf = ({ file, address }: Finding) => {
  if (file === null && address === null) return [];
  return [
    {
      ...(file !== null && { physicalLocation: placeOf(file) }),
      ...(address !== null && { logicalLocations: [{ fullyQualifiedName: address }] }),
    },
  ];
};

const levels = { pass: 'none', warn: 'warning', fail: 'error', skipped: 'error' } as const;

/** A gate that found nothing in particular says as a whole why it did not simply pass. */
const resultsOf = ({ target, gates }: TargetGates) =>
  gates.flatMap(({ gate, verdict, evidence, findings }) => {
    const properties = { target, gate };
    const told = findings.map((finding) => ({
      ruleId: finding.code,
      level: finding.severity,
      message: { text: finding.detail },
      locations: locationsOf(finding),
      properties,
    }));
    if (verdict === 'pass' || told.length > 0) return told;
    const text = `The gate "${gate}" of "${target}": ${summaryOf(evidence)}`;
    return [{ ruleId: `gate/${gate}`, level: levels[verdict], message: { text }, locations: [], properties }];
  });

/** Gates as SARIF 2.1.0, for forges that show findings beside the lines that they are about. */
export const gatesSarif = ({ targets }: GatesReport, toolVersion: string) => {
  const results = targets.flatMap(resultsOf);
  const rules = [...new Set(results.map(({ ruleId }) => ruleId))].sort();
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'm3forge', version: toolVersion, rules: rules.map((id) => ({ id })) } },
        results: results.map((result) => ({ ...result, ruleIndex: rules.indexOf(result.ruleId) })),
      },
    ],
  };
};
