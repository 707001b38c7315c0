import type { PreviewChange, PreviewDocument, PreviewProblem, PreviewTarget } from '../../preview/index.ts';
import { artifactKinds, counted } from '../../values/index.ts';
import { detailLines } from './detail.ts';
import { inline } from './escape.ts';
import { countedChanges } from './plan-counts.ts';
import { addressLine, type PlanTextOptions, widthOfAddresses } from './plan-lines.ts';
import { againstWhat, notListed, usedKinds } from './preview-words.ts';
import type { Style } from './style.ts';
import { moment } from './words.ts';

const usesLine = ({ uses }: PreviewChange): readonly string[] => {
  const said = usedKinds(uses).map(
    ([kind, used]) =>
      `${kind} ${used.map(({ name, isChanged }) => `${inline(name)}${isChanged ? ' (changes too)' : ''}`).join(', ')}`,
  );
  return said.length === 0 ? [] : [`uses ${said.join('; ')}`];
};

const changeLines = (changes: readonly PreviewChange[], { style, detail }: PlanTextOptions): readonly string[] => {
  const width = widthOfAddresses(changes);
  return changes.flatMap((change) => {
    const more = detail ? [...usesLine(change), ...(change.detail ? detailLines(change.detail, style) : [])] : [];
    return [addressLine(change, width, style), ...more.map((text) => `      ${text}`.trimEnd())];
  });
};

const versionLines = ({ version, unreleased }: PreviewDocument, style: Style): readonly string[] => {
  if (!version) return [];
  const follows = version.base === null ? 'the first version' : `after ${inline(version.base)}`;
  return [
    style.bold(`Version ${inline(version.name)}: ${version.bump}, ${follows}`),
    ...version.evidence.map(({ bump, address, because }) => `  ${bump}  ${inline(address)}: ${inline(because)}`),
    ...(unreleased === 0
      ? []
      : [`  It brings ${counted(unreleased, 'other artifact')} too, changed since then and not released yet.`]),
  ];
};

const verdictPaint = (style: Style) =>
  ({ pass: style.green, warn: style.yellow, fail: style.red, skipped: style.dim }) as const;

const targetLines = (one: PreviewTarget, style: Style): readonly string[] => {
  const move =
    one.outcome === 'none'
      ? inline(one.from ?? 'nothing')
      : `${inline(one.from ?? 'nothing')} → ${inline(one.to ?? 'nothing')}`;
  const { create, update, delete: gone } = one.counts;
  return [
    `${style.bold(`${inline(one.target)}: ${move}`)} ${style.dim(`(${inline(one.environment)}, ${one.environment_type})`)}`,
    `  ${one.outcome === 'none' ? 'Stays as it is' : `${create} created, ${update} updated, ${gone} deleted`}: ${inline(one.reason)}`,
    ...(one.gateways.length > 0 ? [`  Gateways: ${one.gateways.map(inline).join(', ')}`] : []),
    ...one.gates.map(
      ({ gate, verdict, summary }) =>
        `  Gate ${inline(gate)}: ${verdictPaint(style)[verdict](verdict)}, ${inline(summary)}`,
    ),
  ];
};

const problemLine = ({ severity, code, detail, path, line }: PreviewProblem, style: Style): string => {
  const paint = severity === 'error' ? style.red : style.yellow;
  const where = path === null ? '' : ` at ${inline(path)}${line === null ? '' : `:${line}`}`;
  return `${paint(severity === 'error' ? 'Error' : 'Warning')}${where}: ${inline(detail)} ${style.dim(`[${inline(code)}]`)}`;
};

const unlistedLines = (document: PreviewDocument, style: Style): readonly string[] => {
  const { rules, others } = notListed(document);
  return [
    ...(rules > 0 ? [`${style.yellow('Rules')}: ${counted(rules, 'more key')} of rules, not listed here`] : []),
    ...(others > 0 ? [`Configuration: ${counted(others, 'more key')}, not listed here`] : []),
  ];
};

const noteLines = (document: PreviewDocument, style: Style): readonly string[] => [
  ...[...document.configuration]
    .sort((left, right) => Number(right.guards) - Number(left.guards))
    .map(({ path, key, what, guards }) => {
      const said = `${inline(key)} is ${what} in ${inline(path)}; it counts only after it is merged`;
      return guards ? `${style.yellow('Rules')}: ${said}` : `Configuration: ${said}`;
    }),
  ...unlistedLines(document, style),
  ...document.conflicts.map((path) => `${style.red('Conflict')}: both sides changed ${inline(path)}`),
  ...document.problems.filter(({ severity }) => severity === 'warning').map((one) => problemLine(one, style)),
  ...document.problems.filter(({ severity }) => severity === 'error').map((one) => problemLine(one, style)),
];

const summaryLines = (
  { changes, version, problems, configuration }: PreviewDocument,
  style: Style,
): readonly string[] => {
  if (changes.length === 0 && problems.some(({ severity }) => severity === 'error')) {
    return [style.bold('No preview: what is wrong with the head is said above.')];
  }
  if (changes.length === 0) {
    const rest = configuration.length === 0 ? '' : ' What it makes of the configuration is said above.';
    return [style.bold(`No changes. Merging leaves every artifact as it is.${rest}`)];
  }
  const kinds = artifactKinds.flatMap((kind) => {
    const some = changes.filter((change) => change.kind === kind);
    return some.length === 0 ? [] : [`  ${`${kind}s`.padEnd(13)}  ${countedChanges(some)}`];
  });
  const next = version ? ` → ${inline(version.name)} (${version.bump})` : '';
  return [style.bold(`Preview: ${countedChanges(changes)}${next}.`), ...kinds];
};

const comparedLines = (
  { base, head, digest, created_at, ...compared }: PreviewDocument,
  style: Style,
): readonly string[] => [
  `Base ${inline(base.ref)} at ${inline(base.commit.slice(0, 12))}, head ${inline(head.ref)} at ${inline(head.commit.slice(0, 12))}`,
  `Against ${inline(againstWhat(compared))}.`,
  style.dim(`Digest ${inline(digest)}, ${inline(moment(created_at))}`),
];

/**
 * What merging would bring, for a terminal: artifacts in the order of the document, targets, the version with its evidence,
 * what needs attention, and the summary at the end, where the eye is.
 */
export const previewText = (document: PreviewDocument, options: PlanTextOptions): string => {
  const { style } = options;
  const { changes, project } = document;
  const parts = [
    changes.length === 0
      ? []
      : [
          style.bold(`${inline(project)}: ${counted(changes.length, 'artifact')} would change`),
          ...changeLines(changes, options),
        ],
    ...document.targets.map((target) => targetLines(target, style)),
    versionLines(document, style),
    noteLines(document, style),
    comparedLines(document, style),
    summaryLines(document, style),
  ];
  return parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
};
