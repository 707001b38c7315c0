import { join } from 'node:path';
import { findCollisions, largestArtifact, type NamedFile, readArtifact, validateArtifact } from '../artifacts/index.ts';
import { type Config, loadConfig } from '../config/index.ts';
import { type Diagnostic, type Outcome, problem, success } from '../diagnostics/index.ts';
import { findFiles, readFileBytes } from '../documents/index.ts';
import { noKnowledge, openSource, readVersion } from '../versions/index.ts';
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

const validateTree = async (config: Config): Promise<Omit<Validation, 'unchecked'>> => {
  const diagnostics: Diagnostic[] = [];
  const named: NamedFile[] = [];
  const { source, directory } = config;
  for (const [kind, globs] of [
    ['workflow', source.workflows],
    ['agent', source.agents],
  ] as const) {
    const { files, unsupported } = await findFiles(directory, globs);
    diagnostics.push(...unsupported);
    for (const path of files) {
      const bytes = await readFileBytes(directory, path, { maxBytes: largestArtifact });
      const read = bytes.ok ? await readArtifact(kind, { path, bytes: bytes.value }) : bytes;
      diagnostics.push(...read.diagnostics);
      if (!read.ok) continue;
      named.push({ kind, name: read.value.name, path });
      diagnostics.push(...validateArtifact(read.value, read.value.document));
    }
  }
  return { diagnostics: [...diagnostics, ...findCollisions(named)], artifacts: named.length };
};

const validateRef = async (
  context: OperationContext,
  config: Config,
  ref: string,
  cacheDirectory: string,
): Promise<Omit<Validation, 'unchecked'>> => {
  const source = await openSource(context.system, { ...config.source, directory: config.directory, cacheDirectory });
  const selection = { workflow: config.source.workflows, agent: config.source.agents };
  const read = await readVersion(source, await source.revision(ref), { selection, known: noKnowledge });
  return read.ok
    ? { diagnostics: read.value.problems, artifacts: read.value.manifest.entries.length }
    : { diagnostics: read.diagnostics, artifacts: 0 };
};

/** `m3forge validate`: the configuration and the artifacts; no database, no network. */
export const validate = (context: OperationContext, request: ValidateRequest): Promise<Outcome<Validation>> =>
  asOutcome(async (): Promise<Outcome<Validation>> => {
    const loaded = await loadConfig(context.system, context.location);
    if (!loaded.ok) return success({ diagnostics: loaded.diagnostics, artifacts: 0, unchecked: [elsewhere] });
    const config = loaded.value;
    const found =
      request.ref === undefined
        ? await validateTree(config)
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
          detail: `No file matches source.workflows or source.agents of ${config.file}.`,
        }),
      ];
