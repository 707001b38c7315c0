import { join } from 'node:path';
import { findCollisions, largestArtifact, type NamedFile, readArtifact, validateArtifact } from '../artifacts/index.ts';
import { type Config, loadConfig } from '../config/index.ts';
import { type Diagnostic, type Outcome, problem, success } from '../diagnostics/index.ts';
import { findFiles, readFileBytes } from '../documents/index.ts';
import { selectionOf } from '../plan/index.ts';
import { type ArtifactKind, artifactKinds } from '../values/index.ts';
import { checkFolders, noKnowledge, openSource, readVersion, readWorkingProcessor } from '../versions/index.ts';
import { asOutcome, type OperationContext } from './session.ts';
import { examineProviders, usesOf } from './third-parties.ts';

export interface ValidateRequest {
  /** A branch, tag or commit whose artifacts are read instead of those of the working tree. */
  readonly ref?: string | undefined;
}

/** What validation looked at and found. */
export interface Validation {
  readonly diagnostics: readonly Diagnostic[];
  readonly artifacts: number;
  /** Sentences about what this command cannot see. */
  readonly unchecked: readonly string[];
}

const elsewhere =
  'Databases, gateways and the versions that targets name were not looked at: "m3forge plan" does that.';

/** A repository elsewhere, such as a bundle, need not have its artifacts in this working tree. */
const isElsewhere = ({ source }: Config, { ref }: ValidateRequest): boolean =>
  ref === undefined && source.repository !== '.';

const uncheckedOf = (config: Config, request: ValidateRequest): readonly string[] =>
  isElsewhere(config, request)
    ? [
        `The versions in ${config.source.repository} were not looked at: "m3forge validate --ref TAG" does that.`,
        elsewhere,
      ]
    : [elsewhere];

type Found = Omit<Validation, 'unchecked'>;

/** Reads one file of the working tree; what is no artifact has no name. */
const readWorkingFile = async (
  { system }: OperationContext,
  { directory }: Config,
  kind: ArtifactKind,
  path: string,
): Promise<{ readonly name: string | undefined; readonly problems: readonly Diagnostic[] }> => {
  if (kind === 'processor') {
    const { artifact, problems } = await readWorkingProcessor(system, directory, path);
    return { name: artifact?.name, problems };
  }
  const bytes = await readFileBytes(directory, path, { maxBytes: largestArtifact });
  const read = bytes.ok ? await readArtifact(kind, { path, bytes: bytes.value }) : bytes;
  if (!read.ok) return { name: undefined, problems: read.diagnostics };
  return {
    name: read.value.name,
    problems: [...read.diagnostics, ...validateArtifact(read.value, read.value.document)],
  };
};

const validateTree = async (context: OperationContext, config: Config): Promise<Found> => {
  const diagnostics: Diagnostic[] = [];
  const named: NamedFile[] = [];
  const selection = selectionOf(config);
  for (const kind of artifactKinds) {
    const { files, unsupported } = await findFiles(config.directory, selection[kind] ?? []);
    diagnostics.push(...unsupported, ...(kind === 'processor' ? checkFolders(files) : []));
    for (const path of files) {
      const { name, problems } = await readWorkingFile(context, config, kind, path);
      diagnostics.push(...problems);
      if (name !== undefined) named.push({ kind, name, path });
    }
  }
  return { diagnostics: [...diagnostics, ...findCollisions(named)], artifacts: named.length };
};

const validateRef = async (
  context: OperationContext,
  config: Config,
  ref: string,
  cacheDirectory: string,
): Promise<Found> => {
  const source = await openSource(context.system, { ...config.source, directory: config.directory, cacheDirectory });
  const selection = selectionOf(config);
  try {
    const revision = ref === '.' ? await source.workingTree(selection) : await source.revision(ref);
    const read = await readVersion(source, revision, { selection, known: noKnowledge });
    const problems = read.ok ? read.value.problems : read.diagnostics;
    return {
      diagnostics: [...source.warnings, ...problems],
      artifacts: read.ok ? read.value.manifest.entries.length : 0,
    };
  } finally {
    await source.close();
  }
};

/** `m3forge validate`: the configuration and the artifacts; no database, no network. */
export const validate = (context: OperationContext, request: ValidateRequest): Promise<Outcome<Validation>> =>
  asOutcome(async (): Promise<Outcome<Validation>> => {
    const loaded = await loadConfig(context.system, context.location);
    if (!loaded.ok) return success({ diagnostics: loaded.diagnostics, artifacts: 0, unchecked: [elsewhere] });
    const config = loaded.value;
    const found =
      request.ref === undefined
        ? await validateTree(context, config)
        : await validateRef(context, config, request.ref, join(config.state.directory, 'sources'));
    const providers = await examineProviders(config, config.providers.keys(), usesOf(config, config.targets.values()));
    const none: readonly Diagnostic[] =
      found.artifacts === 0 && found.diagnostics.length === 0 ? noArtifacts(config, request) : [];
    return success({
      artifacts: found.artifacts,
      diagnostics: [...loaded.diagnostics, ...providers, ...found.diagnostics, ...none],
      unchecked: uncheckedOf(config, request),
    });
  });

const noArtifacts = (config: Config, request: ValidateRequest): readonly Diagnostic[] =>
  isElsewhere(config, request)
    ? []
    : [
        problem('source-no-artifacts', {
          detail: `No file matches source.workflows, source.agents or source.processors of ${config.file}.`,
        }),
      ];
