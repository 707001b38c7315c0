import type { GatewayPreflight } from '../../gateways/index.ts';
import type { PlanSection } from '../../plan/index.ts';
import { counted } from '../../values/index.ts';
import { inline, markdownInline } from './escape.ts';
import type { Style } from './style.ts';

const standing = ({ reachable, version, executors, unpublished }: GatewayPreflight): string => {
  if (!reachable) return 'cannot be asked';
  const serving = counted(executors, 'executor');
  const publishing = unpublished === null ? 'takes what is released' : `nothing is published to it: ${unpublished}`;
  return `version ${version ?? 'unknown'}, ${serving} serving; ${publishing}`;
};

const worst = ({ findings, reachable }: GatewayPreflight): 'error' | 'warning' | undefined => {
  if (findings.some(({ severity }) => severity === 'error')) return 'error';
  return findings.length > 0 || !reachable ? 'warning' : undefined;
};

const mark = (gateway: GatewayPreflight, style: Style): string => {
  const found = worst(gateway);
  if (found === 'error') return style.red('✗');
  return found === 'warning' ? style.yellow('!') : style.green('✓');
};

/** How the gateways of a section were: a line for each, and under it what keeps it from running the version. */
export const preflightLines = ({ preflight = [] }: PlanSection, style: Style): readonly string[] =>
  preflight.length === 0
    ? []
    : [
        '  Gateways:',
        ...preflight.flatMap((gateway) => [
          `    ${mark(gateway, style)} ${inline(gateway.gateway)}  ${style.dim(inline(standing(gateway)))}`,
          ...gateway.findings.flatMap(({ severity, code, detail, file }) => [
            `        ${severity === 'error' ? style.red('Error') : style.yellow('Warning')}: ${inline(detail)} ${style.dim(`[${code}]`)}`,
            ...(file === null ? [] : [`          ${style.dim(`at ${inline(file)}`)}`]),
          ]),
        ]),
      ];

export const preflightMarkdown = ({ preflight = [] }: PlanSection): readonly string[] => {
  if (preflight.length === 0) return [];
  const lines = preflight.flatMap((gateway) => [
    `- ${markdownInline(gateway.gateway)}: ${markdownInline(standing(gateway))}`,
    ...gateway.findings.map(
      ({ severity, detail, file }) =>
        `  - **${severity === 'error' ? 'Error' : 'Warning'}**: ${markdownInline(detail)}${file === null ? '' : ` (${markdownInline(file)})`}`,
    ),
  ]);
  return [`**Gateways:**\n\n${lines.join('\n')}`];
};
