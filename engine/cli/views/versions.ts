import type { MadeVersion, VersionDetails, VersionDraft, VersionEntry } from '../../operations/index.ts';
import { counted } from '../../values/index.ts';
import { carriedLines } from './carried.ts';
import { columns } from './columns.ts';
import { block, inline } from './escape.ts';
import type { Style } from './style.ts';
import { moment, shortId, spaced } from './words.ts';

/** Reasons that are listed; of more than these a version tells with --json. */
const mostReasons = 30;

const shortCommit = (commit: string): string => commit.slice(0, 12);

const tagWords = { present: '', missing: 'tag missing', moved: 'tag moved' } as const;

const remarksOf = ({ tag, record }: VersionEntry): string =>
  [tagWords[tag], ...(record?.deprecated ? [`deprecated: ${record.deprecated.reason}`] : [])]
    .filter((words) => words !== '')
    .join('; ');

export const versionList = (versions: readonly VersionEntry[], style: Style): string =>
  versions.length === 0
    ? 'There are no versions yet. The first one is made by:\n\n    m3forge version create'
    : columns(
        ['version', 'commit', 'made', 'by', 'bump', 'change sets', 'released to', 'remarks'],
        versions.map((version) => {
          const created = version.record?.created;
          return [
            version.name,
            shortCommit(version.commit),
            created ? moment(created.at) : null,
            created?.by ?? null,
            created?.bump ?? null,
            version.change_sets.length > 0 ? version.change_sets.map(({ name }) => name).join(', ') : null,
            version.released_to.length > 0 ? version.released_to.join(', ') : null,
            remarksOf(version),
          ];
        }),
        style.bold,
      );

const evidenceLines = (evidence: VersionDraft['evidence']): readonly string[] => {
  const shown = evidence.slice(0, mostReasons);
  const table = columns(
    ['bump', 'artifact', 'because'],
    shown.map(({ bump, address, because }) => [bump, address, because]),
  );
  const more = evidence.length - shown.length;
  return [
    ...table.split('\n').map((line) => `  ${line}`),
    ...(more > 0 ? [`  … and ${counted(more, 'more reason')}, all with --json`] : []),
  ];
};

const numberOf = ({ version, bump, base }: Pick<VersionDraft, 'version' | 'bump' | 'base'>): string =>
  base === null ? `${version}, the first version` : `${version}, a ${bump} version after ${base}`;

const setLines = ({ change_sets: sets }: Pick<VersionDraft, 'change_sets'>): readonly string[] =>
  sets.length === 0
    ? []
    : ['', `Made of ${sets.map(({ id, name }) => inline(`"${name}" (${shortId(id)})`)).join(', ')}.`];

const whyLines = ({ evidence, demanded, bump, reason, base }: VersionDraft): readonly string[] => {
  if (evidence.length === 0) return ['', 'No artifact differs.'];
  const lower = reason === null ? [] : ['', `The content demands a ${demanded} version. ${inline(reason)}`];
  return ['', base === null ? 'What is in it:' : `Why ${bump}:`, ...evidenceLines(evidence), ...lower];
};

/** A version before it is made: its number, why it has that one, and its notes. */
export const versionDraft = (draft: VersionDraft, style: Style): string =>
  [
    `${style.bold(inline(numberOf(draft)))}, of commit ${inline(shortCommit(draft.commit))}`,
    ...setLines(draft),
    ...whyLines(draft),
    '',
    'Release notes:',
    ...block(draft.notes)
      .trimEnd()
      .split('\n')
      .map((line) => (line === '' ? '' : `  ${line}`)),
    ...(draft.pushes_to === null ? [] : ['', `The tag is handed over to ${inline(draft.pushes_to)}.`]),
    '',
  ].join('\n');

/** What became of it, and what comes next. */
export const versionMade = ({ outcome, version, pushes_to: to }: MadeVersion, style: Style): string => {
  const name = inline(version);
  if (outcome === 'drafted') return 'Nothing was made. Leave --dry-run out to make it.';
  const pushed = to === null ? '' : ` Its tag is in ${inline(to)}.`;
  const verdict =
    outcome === 'created' ? style.green(`Made ${name}.`) : `${name} was made of this commit before, and is whole.`;
  return `${verdict}${pushed}`;
};

const line = (name: string, value: string): string => `  ${name.padEnd(11)}${inline(value)}`;

/** How a version came to be, as far as it is known. */
const originLines = ({ record }: VersionEntry): readonly string[] => {
  const { created, deprecated } = record ?? { created: null, deprecated: null };
  return [
    ...(created
      ? [
          line('made', `${moment(created.at)} by ${created.by}`),
          line('after', created.base === null ? 'nothing: the first version' : `${created.base} (${created.bump})`),
          ...(created.reason === null ? [] : [line('although', `${created.demanded} was demanded: ${created.reason}`)]),
        ]
      : [line('made', 'outside of m3forge, by its tag')]),
    ...(deprecated ? [line('deprecated', `${moment(deprecated.at)} by ${deprecated.by}: ${deprecated.reason}`)] : []),
  ];
};

/** All about one version. */
export const versionDetails = (version: VersionDetails, style: Style): string => {
  const { record, artifacts, releases, tag, brings } = version;
  const brought = carriedLines('Brings:', brings);
  const created = record?.created;
  const artifactTable = columns(
    ['artifact', 'digest', 'file'],
    artifacts.map(({ address, digest, path }) => [address, digest.slice(0, 12), path]),
  );
  const releaseTable = columns(
    ['release', 'when', 'target', 'kind', 'state', 'by'],
    releases.map((one) => [
      ...[shortId(one.id), moment(one.created_at), one.target, one.kind, spaced(one.state), one.requested_by],
    ]),
  );
  const indented = (text: string): readonly string[] => text.split('\n').map((one) => (one === '' ? '' : `  ${one}`));
  return [
    style.bold(inline(version.name)),
    line('commit', version.commit),
    line('tag', tag === 'present' ? 'in place' : tagWords[tag]),
    ...originLines(version),
    ...setLines(version),
    ...(created && created.evidence.length > 0 ? ['', 'Why that number:', ...evidenceLines(created.evidence)] : []),
    '',
    ...(brought.length > 0 ? [...brought, ''] : []),
    ...(artifacts.length === 0 ? ['No artifacts.'] : ['Artifacts:', ...indented(artifactTable)]),
    '',
    ...(releases.length === 0 ? ['Not released yet.'] : ['Releases:', ...indented(releaseTable)]),
    ...(created ? ['', 'Release notes:', ...indented(block(created.notes).trimEnd())] : []),
  ].join('\n');
};
