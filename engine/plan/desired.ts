import { readArtifact } from '../artifacts/index.ts';
import type { Config, TargetConfig } from '../config/index.ts';
import { type Diagnostic, failure, type Outcome, problem, success } from '../diagnostics/index.ts';
import type { LocateInArtifact } from '../gateways/index.ts';
import {
  findOrigin,
  findTree,
  findVersions,
  readManifest,
  rememberTree,
  type State,
  saveManifest,
} from '../state/index.ts';
import { addressOf, type Digest, digestOf, type JsonValue, type Manifest } from '../values/index.ts';
import {
  type NearVersion,
  readNearVersion,
  readVersion,
  type Selection,
  type Source,
  type TaggedVersion,
} from '../versions/index.ts';
import { bodiesFromGit } from './git-bodies.ts';
import type { KeptBodies } from './kept-bodies.ts';
import { blobKnowledge, unlessReadOnly } from './knowledge.ts';
import type { Desired } from './section.ts';

/** A version with its content and what validation says of it. */
export interface ReadyVersion {
  readonly tagged: TaggedVersion;
  readonly manifestDigest: Digest;
  readonly findings: readonly Diagnostic[];
  readonly desired: Desired;
}

/** Which files are artifacts, as the configuration says. */
export const selectionOf = ({ source }: Pick<Config, 'source'>): Selection => ({
  workflow: source.workflows,
  agent: source.agents,
  processor: source.processors,
});

/** Reads the file of an artifact once more, to say where in it something stands. */
const locateInGit =
  (source: Source, manifest: () => Promise<Manifest>): LocateInArtifact =>
  async (address, path) => {
    const entry = (await manifest()).entries.find(({ kind, name }) => addressOf(kind, name) === address);
    if (!entry) return undefined;
    for await (const { path: file, bytes } of source.readBlobs([entry])) {
      const read = await readArtifact(entry.kind, { path: file, bytes });
      return read.ok ? read.value.document.locate(path) : undefined;
    }
    return undefined;
  };

/** Remembered, because whoever asks for one asks for many. */
const pathsInGit = (manifest: () => Promise<Manifest>): ((address: string) => Promise<string | undefined>) => {
  let paths: Promise<ReadonlyMap<string, string>> | undefined;
  const read = async (): Promise<ReadonlyMap<string, string>> =>
    new Map((await manifest()).entries.map(({ kind, name, path }) => [addressOf(kind, name), path]));
  return async (address) => {
    paths ??= read();
    return (await paths).get(address);
  };
};

/** A tag that was moved after its version was released means another content under an old name. */
const movedTag = async (state: State, tagged: TaggedVersion): Promise<Diagnostic | undefined> => {
  const [recorded] = await findVersions(state, [tagged.version.name]);
  if (!recorded || recorded.commit === tagged.commit) return undefined;
  return problem('version-tag-moved', {
    detail: `The tag ${tagged.version.name} is recorded as commit ${recorded.commit} and leads to ${tagged.commit} now.`,
    hint: `Versions never change. Put the tag back, or give the new content a new version:\n\n    git tag -f ${tagged.version.name} ${recorded.commit}`,
  });
};

interface Content {
  readonly manifestDigest: Digest;
  readonly findings: readonly Diagnostic[];
}

/** The version with this content, where the state knows its tree. */
const nearVersion = async (
  state: State,
  selection: Digest,
  basis: Digest | undefined,
): Promise<NearVersion | undefined> => {
  const origin = basis === undefined ? undefined : await findOrigin(state, { manifestDigest: basis, selection });
  const manifest = origin && basis !== undefined ? await readManifest(state, basis) : undefined;
  if (!origin || !manifest) return undefined;
  const problems = origin.problems as unknown as readonly Diagnostic[];
  return { treeId: origin.treeId, entries: manifest.entries, problems };
};

/** What a tree comes to: known by its id, or listed and read as far as its blobs are not known. */
const contentOf = async (
  config: Config,
  state: State,
  source: Source,
  tagged: TaggedVersion,
  basis: Digest | undefined,
  kept: KeptBodies | undefined,
): Promise<Outcome<Content>> => {
  const selection = selectionOf(config);
  const key = { treeId: tagged.treeId, selection: digestOf(selection as unknown as JsonValue) };
  const known = await findTree(state, key);
  if (known) {
    return success({
      manifestDigest: known.manifestDigest,
      findings: known.problems as unknown as readonly Diagnostic[],
    });
  }
  const onBody = kept?.keep;
  const near = await nearVersion(state, key.selection, basis);
  const read =
    (near &&
      (await readNearVersion(source, tagged.treeId, { selection, known: blobKnowledge(state), onBody }, near))) ??
    (await readVersion(source, tagged, { selection, known: blobKnowledge(state, basis), onBody }));
  if (!read.ok) return read;
  const { manifest, problems } = read.value;
  await unlessReadOnly(async () => {
    const former = basis === undefined ? undefined : await readManifest(state, basis);
    const isOrigin = await saveManifest(state, manifest, former);
    await rememberTree(state, key, {
      manifestDigest: manifest.digest,
      problems: problems as unknown as JsonValue,
      isOrigin,
    });
  });
  return success({ manifestDigest: manifest.digest, findings: problems });
};

/** Makes a tagged version ready to be planned. `basis` is a manifest it is likely to differ little from. */
export const prepareVersion = async (
  input: {
    readonly config: Config;
    readonly state: State;
    readonly source: Source;
    readonly kept?: KeptBodies | undefined;
  },
  tagged: TaggedVersion,
  basis: Digest | undefined,
): Promise<Outcome<ReadyVersion>> => {
  const { config, state, source, kept } = input;
  const moved = await movedTag(state, tagged);
  if (moved) return failure([moved]);
  const content = await contentOf(config, state, source, tagged, basis, kept);
  if (!content.ok) return content;
  const { manifestDigest, findings } = content.value;
  let loaded: Promise<Manifest> | undefined;
  const load = async (): Promise<Manifest> => {
    const manifest = await readManifest(state, manifestDigest);
    if (manifest) return manifest;
    // The cache could not be written: read once more.
    const again = await readVersion(source, tagged, {
      selection: selectionOf(config),
      known: blobKnowledge(state, basis),
    });
    if (!again.ok) throw new Error('a version that was read a moment ago cannot be read');
    return again.value.manifest;
  };
  const manifest = (): Promise<Manifest> => {
    loaded ??= load();
    return loaded;
  };
  const former = async (): Promise<Manifest | undefined> =>
    basis === undefined ? undefined : readManifest(state, basis);
  return success({
    tagged,
    manifestDigest,
    findings,
    desired: {
      version: tagged.version.name,
      commit: tagged.commit,
      manifestDigest,
      seq: null,
      lines: async () => (await manifest()).entries,
      ...bodiesFromGit({ source, manifest, former, kept, knownFiles: blobKnowledge(state, basis).files }),
      locate: locateInGit(source, manifest),
      pathOf: pathsInGit(manifest),
    },
  });
};

/** Names the target in a diagnostic that came from resolving its version. */
export const forTarget = (target: TargetConfig, diagnostics: readonly Diagnostic[]): readonly Diagnostic[] =>
  diagnostics.map((diagnostic) => ({
    ...diagnostic,
    address: diagnostic.address ?? target.name,
    ...(diagnostic.range ? {} : { range: target.at(['version']) }),
  }));
