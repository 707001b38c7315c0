import { expect, test } from 'vitest';
import { preflightLines, preflightMarkdown } from '../../engine/cli/views/preflight.ts';
import { plainStyle } from '../../engine/cli/views/style.ts';
import type { GatewayPreflight } from '../../engine/gateways/index.ts';
import { staging } from './sample-plan.ts';

const well: GatewayPreflight = {
  gateway: 'one',
  reachable: true,
  version: '4.0.0',
  executors: 2,
  unpublished: 'its POST /api/planners takes multipart/form-data, into which no plan fits',
  findings: [],
};

const preflight: readonly GatewayPreflight[] = [
  well,
  {
    ...well,
    gateway: 'two',
    executors: 1,
    unpublished: null,
    findings: [
      {
        severity: 'error',
        code: 'gateway-executor-down',
        detail: 'The executor "ocr" is NOT_SERVING at "two": node "Read" (1) of workflow.a needs it.',
        address: 'workflow.a',
        file: 'workflows/a.json:12:9',
      },
    ],
  },
  {
    ...well,
    gateway: 'three\u001b[2J',
    reachable: false,
    version: null,
    executors: 0,
    unpublished: null,
    findings: [],
  },
];

test('a line for each gateway, and under it what it lacks, with the line of the file', () => {
  expect(preflightLines({ ...staging, preflight }, plainStyle)).toEqual([
    '  Gateways:',
    '    ✓ one  version 4.0.0, 2 executors serving; nothing is published to it: its POST /api/planners takes multipart/form-data, into which no plan fits',
    '    ✗ two  version 4.0.0, 1 executor serving; takes what is released',
    '        Error: The executor "ocr" is NOT_SERVING at "two": node "Read" (1) of workflow.a needs it. [gateway-executor-down]',
    '          at workflows/a.json:12:9',
    '    ! three\\u{001b}[2J  cannot be asked',
  ]);
});

test('the same for a comment on a pull request', () => {
  const [text = ''] = preflightMarkdown({ ...staging, preflight });
  expect(text).toContain('- two: version 4.0.0, 1 executor serving; takes what is released');
  expect(text).toContain('**Error**: The executor &quot;ocr&quot; is NOT&#95;SERVING');
});

test('a section without gateways says nothing of any', () => {
  expect(preflightLines(staging, plainStyle)).toEqual([]);
  expect(preflightMarkdown(staging)).toEqual([]);
});
