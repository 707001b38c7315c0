import type { Readable } from 'node:stream';
import { type Diagnostic, problem, Refusal } from '../diagnostics/index.ts';
import { type ArtifactKind, artifactKinds, globMatcher } from '../values/index.ts';

/** Which files are artifacts of which kind: globs over paths. */
export type Selection = Readonly<Partial<Record<ArtifactKind, readonly string[]>>>;

export interface TreeEntry {
  /** Forward slashes, relative to where the globs start. */
  readonly path: string;
  readonly blob: string;
  readonly kind: ArtifactKind;
  readonly mode: '100644' | '100755';
}

/** Records of a stream that end with NUL, as bytes: file names need not be text. */
const records = async function* (stream: Readable): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of stream) {
    const bytes = rest.length > 0 ? Buffer.concat([rest, chunk as Buffer]) : (chunk as Buffer);
    let start = 0;
    for (let end = bytes.indexOf(0); end >= 0; end = bytes.indexOf(0, start)) {
      yield bytes.subarray(start, end);
      start = end + 1;
    }
    rest = bytes.subarray(start);
  }
};

const tab = 9;
const unusual: Readonly<Record<string, string>> = { '120000': 'a symbolic link', '160000': 'a submodule' };

/** The path as people may see it: nothing in it can command a terminal. */
const shown = (path: string): string => JSON.stringify(path).replace(/\p{Cc}/gu, '\uFFFD');

const kindMatcher = (selection: Selection): ((path: string) => readonly ArtifactKind[]) => {
  const matchers = artifactKinds.map((kind) => [kind, globMatcher(selection[kind] ?? [])] as const);
  return (path) => matchers.flatMap(([kind, matches]) => (matches(path) ? [kind] : []));
};

type Finding = TreeEntry | Diagnostic | undefined;

/** One record of `git ls-tree -z`: `mode SP type SP id TAB path`. */
const readRecord = (record: Buffer, kindsOf: (path: string) => readonly ArtifactKind[]): Finding => {
  const split = record.indexOf(tab);
  const [mode = '', , blob = ''] = record.toString('latin1', 0, split).split(' ');
  const bytes = record.subarray(split + 1);
  const path = bytes.toString('utf8');
  const [kind, second] = kindsOf(path);
  if (kind === undefined) return undefined;
  if (/\p{Cc}/u.test(path) || !Buffer.from(path, 'utf8').equals(bytes)) {
    return problem('source-path-invalid', {
      detail: `The file name ${shown(path)} is no UTF-8 text, or holds control characters.`,
      hint: 'Rename the file.',
    });
  }
  if (second !== undefined) {
    return problem('source-kind-ambiguous', {
      detail: `The globs of ${kind}s and of ${second}s both match ${shown(path)}.`,
      hint: 'Narrow one of them under source in m3forge.yaml.',
    });
  }
  if (mode !== '100644' && mode !== '100755') {
    return problem('source-entry-unsupported', {
      detail: `${shown(path)} is ${unusual[mode] ?? `an entry of mode ${mode}`}, not a file.`,
      hint: 'Put the file itself there, or narrow the glob that matches it.',
    });
  }
  return { path, blob, kind, mode };
};

/** The artifacts among the output of `git ls-tree -r -z`; everything that is wrong with them is thrown in one `Refusal`. */
export const readTree = async (stream: Readable, selection: Selection): Promise<readonly TreeEntry[]> => {
  const kindsOf = kindMatcher(selection);
  const entries: TreeEntry[] = [];
  const problems: Diagnostic[] = [];
  for await (const record of records(stream)) {
    const finding = readRecord(record, kindsOf);
    if (finding && 'code' in finding) problems.push(finding);
    else if (finding) entries.push(finding);
  }
  if (problems.length > 0) throw new Refusal(problems);
  return entries;
};
