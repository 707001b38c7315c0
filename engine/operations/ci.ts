import { lstat, readFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { type Config, createFiles, loadConfig, replaceFile, variablesIn } from '../config/index.ts';
import { type Outcome, problem, Refusal, refuse, success } from '../diagnostics/index.ts';
import { systemReason } from '../documents/index.ts';
import { previewedTargets } from '../preview/index.ts';
import type { System } from '../system/index.ts';
import { openMergeReader } from '../versions/index.ts';
import { ciFiles, ciWorkflowText } from './ci-files.ts';
import { askingOf, type CiHost, type CiPlot, repositoryVariablesOf, secretsOf, unsettable } from './ci-plot.ts';
import { tokenVariable } from './open-gateways.ts';
import { asOutcome, type OperationContext } from './session.ts';

export interface CiRequest {
  readonly host: CiHost;
  /** Makes the text, and writes nothing. */
  readonly printOnly: boolean;
  /** Another file that is there already is replaced. */
  readonly force: boolean;
}

/** A workflow file for the runners of a host. */
export interface CiWorkflow {
  /** Relative to the working directory. */
  readonly file: string;
  readonly text: string;
  readonly outcome: 'printed' | 'created' | 'replaced' | 'unchanged';
  /** What has to be set at the host, by name, before a release can begin there. */
  readonly secrets: readonly string[];
  /** The variables of the repository that have to be set there before a preview can be made, by name. */
  readonly variables: readonly string[];
  /** Those of both that the host lets nobody set, because it keeps names like these to itself. */
  readonly unsettable: readonly string[];
  /** Whether the configuration names a host of pull requests, and this one. */
  readonly pullRequests: 'here' | 'elsewhere' | 'nowhere';
  /** The targets that a new tag starts a release to. */
  readonly triggered: readonly string[];
  /** Those that somebody can release to with it. */
  readonly byHand: readonly string[];
}

/** The folder of the repository around the configuration, or the configuration's own where there is none yet. */
const rootOf = async (directory: string): Promise<string> => {
  for (let here = directory; ; here = dirname(here)) {
    const isRoot = await lstat(join(here, '.git')).then(
      () => true,
      () => false,
    );
    if (isRoot) return here;
    if (dirname(here) === here) return directory;
  }
};

/** The usual name, where nothing was committed yet. */
const mainBranchOf = async (system: System, root: string): Promise<string> => {
  const found = await asOutcome(async () => {
    const reader = await openMergeReader(system, { repository: '.', directory: root });
    return success(await reader.mainBranch());
  });
  return found.ok ? found.value : 'main';
};

/** Everything of the configuration as one text, without where it stands in the file. */
const textOf = (config: Config): string =>
  JSON.stringify(config, (key, value: unknown) => {
    if (key === 'range' || key === 'pins') return undefined;
    return value instanceof Map ? [...value.values()] : value;
  });

const plotOf = (
  config: Config,
  host: CiHost,
  { folder, mainBranch }: Pick<CiPlot, 'folder' | 'mainBranch'>,
): CiPlot => {
  const targets = previewedTargets(config).filter(
    // The others begin at their times, or with somebody's reason.
    ({ type }) => type !== 'scheduled' && type !== 'emergency',
  );
  const triggered = targets.filter(({ triggers }) => triggers?.onVersionTag === true);
  const databases = [config.state.database, ...targets.map(({ database }) => database)];
  const gateways = targets.flatMap((target) => target.gateways);
  // The token of a job is for its own host.
  const { token, url } = config.sourceControl?.provider === host ? config.sourceControl : {};
  const needed = [
    ...variablesIn(textOf(config)),
    // Where a gateway has a token and does not say which.
    ...gateways.filter(({ token }) => token === undefined).map(({ id }) => tokenVariable(id)),
    ...(config.team.size > 0 ? ['M3FORGE_TOKEN'] : []),
  ];
  return {
    ...{ host, folder, byHand: targets.map(({ name }) => name), triggered: triggered.map(({ name }) => name) },
    variables: [...new Set(needed)].sort(),
    asking: askingOf(
      host,
      token ? variablesIn(token.text) : [],
      url && { text: url.text, variables: variablesIn(url.text) },
    ),
    embedded: databases.some(({ kind }) => kind === 'embedded'),
    versionPattern: config.source.versionPattern,
    mainBranch,
    deployments: config.sourceControl?.deployments === true,
  };
};

/** What is missing at the host, and in the configuration, before the file can do its work. */
const toSet = (
  { sourceControl }: Config,
  plot: CiPlot,
): Pick<CiWorkflow, 'secrets' | 'variables' | 'unsettable' | 'pullRequests'> => {
  const [secrets, variables] = [secretsOf(plot), repositoryVariablesOf(plot)];
  const where = sourceControl?.provider === plot.host ? 'here' : 'elsewhere';
  return {
    ...{ secrets, variables, unsettable: unsettable(plot.host, [...secrets, ...variables]) },
    pullRequests: sourceControl ? where : 'nowhere',
  };
};

const ifThere = async (path: string): Promise<string | undefined> => {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw refuse('output-unwritable', { detail: `${path} cannot be looked at: ${systemReason(error)}.` }, error);
  }
};

/** `m3forge ci`: a workflow file that previews pull requests and releases what tags and people start, for this configuration. */
export const ciWorkflow = (context: OperationContext, request: CiRequest): Promise<Outcome<CiWorkflow>> =>
  asOutcome(async () => {
    const { system, location } = context;
    const config = await loadConfig(system, location);
    if (!config.ok) return config;
    const { directory } = config.value;
    const root = await rootOf(directory);
    const plot = plotOf(config.value, request.host, {
      folder: relative(root, directory).split(sep).join('/'),
      mainBranch: await mainBranchOf(system, root),
    });
    const text = ciWorkflowText(plot);
    const path = join(root, ciFiles[request.host]);
    const file = relative(system.cwd(), path).split(sep).join('/');
    const { triggered, byHand } = plot;
    const made = (outcome: CiWorkflow['outcome']) =>
      success({ ...{ file, text, outcome, triggered, byHand }, ...toSet(config.value, plot) });
    if (request.printOnly) return made('printed');
    const present = await ifThere(path);
    if (present === text) return made('unchanged');
    if (present === undefined) {
      await createFiles(root, [{ path: ciFiles[request.host], text }]);
      return made('created');
    }
    if (!request.force) {
      throw new Refusal(
        problem('ci-exists', {
          detail: `${file} is there already, and says something else.`,
          hint: `Compare it with what would be written, or replace it:\n\n    m3forge ci ${request.host} --print\n    m3forge ci ${request.host} --force`,
        }),
      );
    }
    await replaceFile(system, path, text);
    return made('replaced');
  });
