import { posix } from 'node:path';
import { filesOf } from '../../artifacts/index.ts';
import {
  type ArtifactKind,
  addressOf,
  counted,
  type Digest,
  digestOf,
  formatPath,
  globMatcher,
  isJsonObject,
  type JsonValue,
  type ManifestLine,
} from '../../values/index.ts';
import type { Gate, GateFinding, GateInput } from './gate.ts';
import { type FoundSecret, loadScanner, type SecretScanner, scannerEdition } from './secret-scanner.ts';
import { type SearchableText, searchable } from './secret-text.ts';

/** More than that is no text that somebody wrote. */
const largestText = 4 * 1024 * 1024;

/** What was searched, and what was found in it. */
interface Search {
  readonly findings: readonly GateFinding[];
  readonly accepted: number;
  /** Files that were too large, or no text. */
  readonly unread: number;
}

const nothing: Search = { findings: [], accepted: 0, unread: 0 };

const together = (searches: readonly Search[]): Search => ({
  findings: searches.flatMap(({ findings }) => findings),
  accepted: searches.reduce((sum, { accepted }) => sum + accepted, 0),
  unread: searches.reduce((sum, { unread }) => sum + unread, 0),
});

type IsAccepted = (address: string, rule: string) => boolean;

const acceptance = ({ allowed }: GateInput['target']['gates']['security']): IsAccepted => {
  const entries = allowed.map(({ artifact, rule }) => ({ matches: globMatcher([artifact]), rule }));
  return (address, rule) => entries.some((entry) => entry.rule === rule && entry.matches(address));
};

type Found = Pick<GateFinding, 'address' | 'detail' | 'file'>;

/** One text, of which no more is told than what kind of secret stands where. */
const searchText = async (
  scan: SecretScanner,
  isAccepted: IsAccepted,
  { text, filename }: { readonly text: string; readonly filename: string },
  {
    addressAt,
    describe,
  }: {
    readonly addressAt: (found: FoundSecret) => string;
    readonly describe: (found: FoundSecret) => Promise<Found>;
  },
): Promise<Search> => {
  const found = await scan(text, filename);
  const left = found.filter((secret) => !isAccepted(addressAt(secret), secret.rule));
  const findings: GateFinding[] = [];
  for (const secret of left) {
    findings.push({ severity: 'error', code: `secret/${secret.rule}`, ...(await describe(secret)) });
  }
  return { findings, accepted: found.length - left.length, unread: 0 };
};

/** A workflow, an agent, or the manifest of a processor, as a text. */
interface TextOfArtifact {
  readonly address: string;
  readonly searched: SearchableText;
}

/** So many letters are searched at once: a scanner has more to do with each text than with each letter. */
const batchLetters = 128 * 1024;

/** Searches several documents as one text. */
const searchDocuments = (
  { desired }: GateInput,
  scan: SecretScanner,
  isAccepted: IsAccepted,
  documents: readonly TextOfArtifact[],
): Promise<Search> => {
  let length = 0;
  const placed = documents.map((document) => {
    const start = length;
    length += document.searched.text.length;
    return { ...document, start };
  });
  const at = (index: number) => placed.findLast(({ start }) => start <= index);
  return searchText(
    scan,
    isAccepted,
    { text: placed.map(({ searched }) => searched.text).join(''), filename: 'artifacts.txt' },
    {
      addressAt: ({ index }) => at(index)?.address ?? '',
      describe: async ({ rule, index }) => {
        const { address = '', searched, start = 0 } = at(index) ?? {};
        const path = searched?.pathAt(index - start) ?? [];
        // The blob of a processor is a folder, in which there is nothing to look up.
        const range = address.startsWith('processor.') ? undefined : await desired.locate?.(address, path);
        return {
          address,
          detail: `What looks like a secret (${rule}) stands in ${formatPath(path)}.`,
          file: range ? `${range.filename}:${range.start.line}:${range.start.column}` : null,
        };
      },
    },
  );
};

const isText = (bytes: Uint8Array): boolean => bytes.length <= largestText && !bytes.subarray(0, 8192).includes(0);

interface NamedFile {
  readonly address: string;
  readonly path: string;
}

/** A file beside the manifest of a processor. */
const searchFile = async (
  { desired }: GateInput,
  scan: SecretScanner,
  isAccepted: IsAccepted,
  { address, path }: NamedFile,
  bytes: Uint8Array,
): Promise<Search> => {
  if (!isText(bytes)) return { ...nothing, unread: 1 };
  const text = Buffer.from(bytes).toString('utf8');
  return searchText(
    scan,
    isAccepted,
    { text, filename: path },
    {
      addressAt: () => address,
      describe: async ({ rule, line }) => {
        const manifest = await desired.pathOf?.(address);
        return {
          address,
          detail: `What looks like a secret (${rule}) stands in line ${line} of ${path}.`,
          file: manifest === undefined ? null : `${posix.join(posix.dirname(manifest), path)}:${line}`,
        };
      },
    },
  );
};

/** What has to be searched in one artifact: its document, and of a processor the files that it names. */
const partsOf = (kind: ArtifactKind, document: JsonValue) =>
  kind === 'processor' && isJsonObject(document)
    ? { document: document.manifest ?? null, files: filesOf(document) }
    : { document, files: [] };

/** Searches artifacts as they are read, and then the files of processors among them. */
const searchAll = async (
  input: GateInput,
  lines: readonly Pick<ManifestLine, 'kind' | 'name' | 'digest'>[],
): Promise<Search> => {
  if (lines.length === 0) return nothing;
  const scan = await loadScanner();
  const isAccepted = acceptance(input.target.gates.security);
  const named = Map.groupBy(lines, ({ digest }) => digest);
  const files = new Map<Digest, NamedFile[]>();
  const searches: Search[] = [];
  let batch: TextOfArtifact[] = [];
  const flush = async (): Promise<void> => {
    searches.push(await searchDocuments(input, scan, isAccepted, batch));
    batch = [];
  };
  for await (const { digest, body } of input.bodies(new Set(named.keys()))) {
    const value = JSON.parse(Buffer.from(body).toString('utf8')) as JsonValue;
    for (const { kind, name } of named.get(digest) ?? []) {
      const address = addressOf(kind, name);
      const parts = partsOf(kind, value);
      for (const file of parts.files) {
        files.set(file.digest, [...(files.get(file.digest) ?? []), { address, path: file.path }]);
      }
      batch.push({ address, searched: searchable(parts.document) });
    }
    if (batch.reduce((sum, { searched }) => sum + searched.text.length, 0) >= batchLetters) await flush();
    if (input.system.interrupted.aborted) return together(searches);
  }
  await flush();
  for await (const { digest, body } of files.size > 0 ? input.bodies(new Set(files.keys())) : []) {
    for (const file of files.get(digest) ?? []) searches.push(await searchFile(input, scan, isAccepted, file, body));
  }
  return together(searches);
};

const changedLines = ({ section }: GateInput): readonly { kind: ArtifactKind; name: string; digest: Digest }[] =>
  section.changes.flatMap(({ kind, name, after_digest: digest }) => (digest === null ? [] : [{ kind, name, digest }]));

/** Nothing in the artifacts looks like a secret. What the place runs, and passed this gate by the same rules, is not searched again. */
export const secretsGate: Gate = {
  name: 'secrets',
  needs: ['contents', 'records'],
  run: async (input) => {
    const { allowed } = input.target.gates.security;
    const accepts = allowed.map(({ artifact, rule }) => ({ artifact, rule }));
    const rules = digestOf({ edition: scannerEdition, allowed: accepts });
    const before = await input.passedBefore('secrets');
    // What was changed by hand is not what was searched.
    const isKnown = before?.rules === rules && input.section.drift.length === 0;
    const lines = isKnown ? changedLines(input) : await input.desired.lines();
    const { findings, accepted, unread } = await searchAll(input, lines);
    const searched = `${counted(lines.length, 'artifact')} searched`;
    return {
      verdict: findings.length > 0 ? 'fail' : 'pass',
      summary:
        findings.length > 0
          ? `${counted(findings.length, 'secret')} in ${searched.replace(' searched', '')}`
          : `${searched}${isKnown ? ', the others were before' : ''}`,
      findings,
      evidence: {
        scanner: scannerEdition,
        rules,
        searched: lines.length,
        scope: isKnown ? 'changed' : 'all',
        found: findings.length,
        accepted,
        unread_files: unread,
      },
      interrupted: input.system.interrupted.aborted,
    };
  },
};
