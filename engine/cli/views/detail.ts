import type {
  ArtifactDifference,
  Edge,
  FileChange,
  FileState,
  NodeReference,
  TextLine,
  ValueChange,
} from '../../artifacts/index.ts';
import type { JsonValue } from '../../values/index.ts';
import { counted } from '../../values/index.ts';
import { inline } from './escape.ts';
import type { Style } from './style.ts';

const marks = { added: '+', removed: '-', changed: '~', reordered: '~', same: ' ', skipped: ' ' } as const;
type Mark = keyof typeof marks;

const painted = (mark: Mark, text: string, style: Style): string =>
  ({
    added: style.green,
    removed: style.red,
    changed: style.yellow,
    reordered: style.yellow,
    same: style.dim,
    skipped: style.dim,
  })[mark](text);

const item = (mark: Mark, text: string, style: Style): string => painted(mark, `${marks[mark]} ${text}`, style);

const value = (json: JsonValue | undefined): string => inline(json === undefined ? '' : JSON.stringify(json));

const textLine = ({ kind, line, count }: TextLine, style: Style): string =>
  kind === 'skipped' ? style.dim(`  … ${counted(count ?? 0, 'line')}`) : item(kind, inline(line ?? ''), style);

/** One value that differs, in one line or, for a text, in several. */
export const valueChangeLines = (change: ValueChange, style: Style): readonly string[] => {
  const { path, action, before, after, text } = change;
  const name = inline(path);
  if (text) return [item(action, `${name}:`, style), ...text.map((line) => `    ${textLine(line, style)}`)];
  if (action === 'reordered') return [item(action, `${name}: the same in another order`, style)];
  const [was, is] = [value(before), value(after)];
  const shown = action === 'added' ? is : action === 'removed' ? was : `${was} → ${is}`;
  return [item(action, `${name}: ${shown}`, style)];
};

const nodeName = ({ id, label }: NodeReference): string =>
  label === undefined ? inline(id) : `${inline(id)} "${inline(label)}"`;

const edgeName = ({ from, to, kind }: Edge): string =>
  `${inline(from)} → ${inline(to)}${kind === 'dependency' ? '' : ` (${kind === 'control' ? 'control' : 'dependency and control'})`}`;

const sizeOf = ({ size, digest }: FileState): string =>
  size === undefined ? digest.slice(0, 12) : `${counted(size, 'byte')} (${digest.slice(0, 12)})`;

/** A text by its lines, anything else by size and digest; and what became of the right to run it. */
const fileChange = ({ path, action, before, after, text }: FileChange, style: Style): readonly string[] => {
  const mode = before && after && before.mode !== after.mode ? ` mode ${before.mode} → ${after.mode}` : '';
  const name = `${inline(path)}:${mode}`;
  if (text) return [item(action, name, style), ...text.map((line) => `    ${textLine(line, style)}`)];
  const [was, is] = [before && sizeOf(before), after && sizeOf(after)];
  const sizes = before?.digest === after?.digest ? '' : ` ${[was, is].filter(Boolean).join(' → ')}`;
  return [item(action, `${name}${mode && sizes ? ',' : ''}${sizes}`, style)];
};

const titled = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`)];

/** What differs in one artifact: nodes by id and label, edges, the rest by path, texts by line, files one by one. */
export const detailLines = (detail: ArtifactDifference, style: Style): readonly string[] => {
  const { nodes, edges, fields, files = [], cosmetic, omitted } = detail;
  const changedNodes = nodes.changed.flatMap((node) => [
    item('changed', nodeName(node), style),
    ...node.changes.flatMap((change) => valueChangeLines(change, style)).map((line) => `    ${line}`),
  ]);
  return [
    ...titled('nodes', [
      ...nodes.removed.map((node) => item('removed', nodeName(node), style)),
      ...changedNodes,
      ...nodes.added.map((node) => item('added', nodeName(node), style)),
    ]),
    ...titled('edges', [
      ...edges.removed.map((edge) => item('removed', edgeName(edge), style)),
      ...edges.added.map((edge) => item('added', edgeName(edge), style)),
    ]),
    ...titled(
      'fields',
      fields.flatMap((change) => valueChangeLines(change, style)),
    ),
    ...titled(
      'files',
      files.flatMap((change) => fileChange(change, style)),
    ),
    ...titled(
      'cosmetic',
      cosmetic.flatMap((change) => valueChangeLines(change, style)),
    ),
    ...(omitted > 0 ? [style.dim(`… ${counted(omitted, 'more difference')}, not listed`)] : []),
  ];
};
