import type { ConfigurationNote, PreviewDocument, PreviewProblem, PreviewTarget } from '../../preview/index.ts';
import { counted, shortened } from '../../values/index.ts';
import { inline } from './escape.ts';
import { actionOf, countedChanges } from './plan-counts.ts';
import { breakingOf, titleOf } from './preview-markdown-changes.ts';
import { bytesOf, code, cutLines, folded, listed, named, sentence, within } from './preview-markdown-room.ts';
import { againstWhat, notListed } from './preview-words.ts';
import { moment } from './words.ts';

const mostGateways = 5;
/** A longer list of evidence is folded. */
const mostUnfolded = 5;

const short = within(300, code);
const words = within(900, sentence);
/** The few names that always have to fit. */
const [shortest, fewWords] = [within(200, code), within(200, sentence)];

/** `3 created, 1 updated, 2 deleted → v1.3.0 (minor); 1 rule changed`, without any marks. */
export const headlineText = ({ changes, version, problems, ...document }: PreviewDocument): string => {
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  const next = version ? ` → ${shortened(version.name, 60)} (${version.bump})` : '';
  const { rules } = document.configuration_counts;
  const said = [
    ...(errors > 0 ? [counted(errors, 'error')] : []),
    ...(changes.length > 0 ? [`${countedChanges(changes)}${next}`] : []),
    // Whoever sees no more than the status has to see that somebody loosens them.
    ...(rules > 0 ? [`${counted(rules, 'rule')} changed`] : []),
  ];
  return said.length === 0 ? 'No changes' : said.join('; ');
};

export const headline = (document: PreviewDocument): string =>
  `## m3forge: ${within(500, sentence)(headlineText(document))}`;

const noteLine = ({ key, path, what, value }: ConfigurationNote): string => {
  const move = value ? `: ${short(value.before ?? 'nothing')} → ${short(value.after ?? 'nothing')}` : '';
  return `${short(key)} in ${short(path)} is ${what}${move}`;
};

const problemLine = ({ severity, code: name, detail, path, line }: PreviewProblem): string => {
  const where = path === null ? '' : ` in ${short(path)}${line === null ? '' : `, line ${line}`}`;
  return `- **${severity}**${where}: ${words(detail)} (${short(name)})`;
};

const gateLines = ({ target, gates }: PreviewTarget): readonly string[] =>
  gates
    .filter(({ verdict }) => verdict === 'fail')
    .map(({ gate, summary }) => `- The gate ${short(gate)} of ${short(target)} fails: ${words(summary)}`);

/** What a reviewer must not miss: rules that the head would change, conflicts, problems, gates that do not pass. */
export const attention = (document: PreviewDocument, most: number): string => {
  const { configuration, conflicts, problems, targets } = document;
  const { rules } = notListed(document);
  const errors = problems.filter(({ severity }) => severity === 'error');
  const warnings = problems.filter(({ severity }) => severity === 'warning');
  return listed(
    '### Needs attention',
    [
      // First, because a list ends where there is no more room.
      ...(rules > 0 ? [`- **Rules**: ${counted(rules, 'more key')} of rules, not listed here`] : []),
      ...configuration
        .filter(({ guards }) => guards)
        .map((note) => `- **Rules**: ${noteLine(note)}. It counts only after it is merged`),
      ...conflicts.map((path) => `- **Conflict**: both sides changed ${short(path)}`),
      ...errors.map(problemLine),
      ...targets.flatMap(gateLines),
      ...warnings.map(problemLine),
    ],
    most,
  );
};

/** What is there now and would not be any more. */
export const deletions = (document: PreviewDocument, most: number): string => {
  const breaking = breakingOf(document);
  const lines = document.changes
    .filter((change) => actionOf(change) === 'delete')
    .map((change) => `- ${titleOf(change, breaking)}`);
  return listed(`### Deleted: ${lines.length}`, lines, most);
};

const verdicts = { pass: 'pass', warn: 'warn', fail: 'fail', skipped: 'not judged' } as const;

const gatesCell = ({ gates }: PreviewTarget): string => {
  const counts = (['fail', 'warn', 'pass', 'skipped'] as const).map(
    (verdict) => [verdict, gates.filter((gate) => gate.verdict === verdict).length] as const,
  );
  return counts
    .filter(([, count]) => count > 0)
    .map(([verdict, count]) => `${count} ${verdicts[verdict]}`)
    .join(', ');
};

const targetRow = (one: PreviewTarget): string => {
  const { target, environment, from, to, counts, gateways, outcome, reason } = one;
  const stays = outcome === 'none';
  const now = from === null ? '–' : short(from);
  const cells = [
    short(target),
    `${short(environment)} (${one.environment_type})`,
    stays ? now : `${now} → ${to === null ? '–' : short(to)}`,
    stays ? '–' : `${counts.create} / ${counts.update} / ${counts.delete}`,
    named(gateways, short, mostGateways) || '–',
    gatesCell(one) || '–',
    `${stays ? 'stays: ' : ''}${words(reason)}`,
  ];
  return `| ${cells.join(' | ')} |`;
};

/** The targets whose version merging would change come first. */
export const targetTable = ({ targets }: PreviewDocument, most: number): string => {
  if (targets.length === 0) return '';
  const head = [
    '| target | environment | version | created / updated / deleted | gateways | gates | what happens |',
    '|---|---|---|---|---|---|---|',
  ].join('\n');
  const sorted = [
    ...targets.filter(({ outcome }) => outcome === 'release'),
    ...targets.filter(({ outcome }) => outcome !== 'release'),
  ];
  const { lines } = cutLines(
    sorted.map(targetRow),
    most - bytesOf(head) - 1,
    (left) => `\nand ${counted(left, 'more target')}`,
  );
  return lines.length === 0 ? '' : [head, ...lines].join('\n');
};

/** The version that would be made, and why its number rises that far. */
export const versionPart = ({ version, unreleased }: PreviewDocument, most: number): string => {
  if (!version) return '';
  const { name, base, bump, evidence } = version;
  const follows = base === null ? 'the first version' : `after ${short(base)}`;
  const heading = `### Version ${fewWords(name)}`;
  const alongside =
    unreleased === 0
      ? ''
      : ` It brings ${counted(unreleased, 'other artifact')} too, changed since then and not released yet.`;
  const said = `A ${bump} version, ${follows}.${alongside}`;
  const room = most - bytesOf(heading) - bytesOf(said) - 120;
  const items = evidence.map(({ bump: why, address, because }) => `- ${why}: ${short(address)} ${words(because)}`);
  const { lines } = cutLines(items, room, (left) => `- and ${left} more`);
  const why =
    lines.length <= mostUnfolded
      ? lines.join('\n')
      : folded(`Why ${bump}: ${counted(evidence.length, 'reason')}`, lines.join('\n'));
  return [heading, said, ...(why === '' ? [] : [why])].join('\n\n');
};

/** Parts of the configuration that guard nothing. */
export const configurationPart = (document: PreviewDocument, most: number): string => {
  const { others } = notListed(document);
  const notes = document.configuration.filter(({ guards }) => !guards).map((note) => `- ${noteLine(note)}`);
  const more = others > 0 ? [`- ${counted(others, 'more key')}, not listed here`] : [];
  return listed('### Configuration', [...more, ...notes], most);
};

/** What was compared, when and by whom. */
export const footer = ({ base, head, digest, created_at, tool_version, ...compared }: PreviewDocument): string => {
  const end = (name: string, { ref, commit }: PreviewDocument['base']): string =>
    `${name} ${shortest(ref)} at ${shortest(commit)}`;
  const read = `against ${fewWords(againstWhat(compared))}`;
  return [
    `${end('Base', base)}, ${end('head', head)}; ${read}. Stale once either of them has another commit.`,
    `Digest ${shortest(digest)}, ${fewWords(moment(created_at))}, m3forge ${fewWords(tool_version)}.`,
  ].join('\n\n');
};

/** The description of a commit status, which is plain text of at most 140 characters. */
export const statusDescription = (document: PreviewDocument): string => {
  const failed = document.targets.flatMap(({ gates }) => gates.filter(({ verdict }) => verdict === 'fail')).length;
  const conflicts = document.conflicts.length;
  const said = [
    headlineText(document),
    ...(failed > 0 ? [`${counted(failed, 'gate')} not passed`] : []),
    ...(conflicts > 0 ? [counted(conflicts, 'conflict')] : []),
  ];
  return shortened(inline(said.join('; ')), 140);
};
