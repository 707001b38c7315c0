import { formatXml, type XmlElement } from '../../documents/index.ts';
import type { GatesReport, GateView, TargetGates } from '../../operations/index.ts';
import { block, inline } from './escape.ts';
import { summaryOf } from './gates.ts';

const seconds = (milliseconds: number): string => (milliseconds / 1000).toFixed(3);

const findingText = ({ detail, address, file }: GateView['findings'][number]): string =>
  [detail, address, file].filter((part) => part !== null).join(' ');

const caseOf = (target: string, { gate, verdict, duration_ms, evidence, findings, output }: GateView): XmlElement => {
  const message = inline(summaryOf(evidence));
  const told = block([...findings.map(findingText), ...(output === '' ? [] : [output])].join('\n'));
  return {
    '@classname': `gates.${inline(target)}`,
    '@name': inline(gate),
    '@time': seconds(duration_ms),
    ...(verdict === 'fail' && { failure: [{ '@message': message, '@type': 'gate', '#text': told }] }),
    ...(verdict === 'skipped' && { skipped: [{ '@message': message }] }),
    ...(verdict === 'warn' && {
      'system-out': [{ '#text': [message, told].filter((part) => part !== '').join('\n') }],
    }),
  };
};

const countOf = (gates: readonly GateView[], verdict: GateView['verdict']): string =>
  String(gates.filter((one) => one.verdict === verdict).length);

const suiteOf = ({ target, version, gates }: TargetGates): XmlElement => ({
  '@name': inline(`${target} ${version ?? ''}`.trim()),
  '@tests': String(gates.length),
  '@failures': countOf(gates, 'fail'),
  '@skipped': countOf(gates, 'skipped'),
  '@errors': '0',
  '@time': seconds(gates.reduce((sum, { duration_ms }) => sum + duration_ms, 0)),
  testcase: gates.map((gate) => caseOf(target, gate)),
});

/** Gates as JUnit XML: a suite for each target, a test case for each gate. */
export const gatesJunit = ({ targets }: GatesReport): string =>
  formatXml('testsuites', { '@name': 'm3forge gates', testsuite: targets.map(suiteOf) });
