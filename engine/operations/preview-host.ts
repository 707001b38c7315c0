import type { Config } from '../config/index.ts';
import { type Diagnostic, exitCodeOf, type Outcome, success } from '../diagnostics/index.ts';
import { type PreviewDocument, verdictOf } from '../preview/index.ts';
import type { PullRequest, SourceControl } from '../provider/index.ts';
import { folderInRepository, type MergeReader, openMergeReader } from '../versions/index.ts';
import { statusName } from './post-preview.ts';
import { isHere, trustedConfig } from './preview-surroundings.ts';
import { asOutcome, learnSecrets, type OperationContext } from './session.ts';
import { withSourceControl } from './source-control.ts';

/** The host that previews are put to. */
export interface PreviewHost {
  readonly context: OperationContext;
  /** The configuration that named it. */
  readonly config: Config;
  readonly sourceControl: SourceControl;
}

const withHost = <T>(
  context: OperationContext,
  trusted: () => Promise<Outcome<Config>>,
  work: (host: PreviewHost) => Promise<Outcome<T>>,
): Promise<Outcome<T>> =>
  asOutcome(async () => {
    const found = await trusted();
    if (!found.ok) return found;
    const config = found.value;
    learnSecrets(context, config);
    return withSourceControl(context, config, (sourceControl) => work({ context, config, sourceControl }));
  });

/**
 * Asks the host that a trusted configuration names: that of `base`, or of the main branch where none is given. Previews need
 * no more of it than its token.
 */
export const withTrustedHost = <T>(
  context: OperationContext,
  base: string | undefined,
  work: (host: PreviewHost) => Promise<Outcome<T>>,
): Promise<Outcome<T>> => withHost(context, () => trustedConfig(context, base), work);

/**
 * The same where `base` is a commit of the repository that is previewed. Where that is not the one in which the configuration
 * lies, it says nothing of the configuration, and the main branch of that one counts.
 */
export const withHostOfBase = <T>(
  context: OperationContext,
  base: string,
  work: (host: PreviewHost) => Promise<Outcome<T>>,
): Promise<Outcome<T>> =>
  withHost(
    context,
    async () => {
      const ofBase = await trustedConfig(context, base);
      if (ofBase.ok && isHere(ofBase.value)) return ofBase;
      const ofMain = await trustedConfig(context);
      return ofMain.ok && !isHere(ofMain.value) ? ofMain : ofBase;
    },
    work,
  );

const readerOf = ({ context, config }: PreviewHost): Promise<MergeReader> =>
  openMergeReader(context.system, { ...config.source, directory: config.directory });

/** The name of the commit status of this project, for what is merged into a branch that is not the main one or into that. */
const statusNameIn = async ({ context, config }: PreviewHost, into: string | undefined): Promise<string> => {
  const place = { ...config.source, directory: config.directory };
  return statusName(config.project, await folderInRepository(context.system, place), into);
};

/** The name of the status that a pull request has. */
export const statusNameOf = (host: PreviewHost, { base }: PullRequest): Promise<string> =>
  statusNameIn(host, base.isMain ? undefined : base.branch);

/** The branch that a name means by itself; undefined for an id, and for what only this clone knows. */
const branchIn = (ref: string): string | undefined => {
  const name = ref.replace(/^(?:refs\/heads\/|refs\/remotes\/origin\/|origin\/)/, '');
  return name === 'HEAD' || /^[0-9a-f]{7,64}$/.test(name) || /[\^~:@]/.test(name) ? undefined : name;
};

/**
 * The names of the statuses that whoever merges into `base` may wait for. A clone may not know which branch is the main one: then
 * they are both.
 */
export const statusNamesFor = async (host: PreviewHost, base: string): Promise<readonly string[]> => {
  const branch = branchIn(base);
  const main = await asOutcome(async () => success(await (await readerOf(host)).mainBranch()));
  const isMain = branch === undefined || (main.ok && main.value === branch);
  const own = isMain ? [] : [await statusNameIn(host, branch)];
  return isMain || !main.ok ? [await statusNameIn(host, undefined), ...own] : own;
};

/** What a preview comes to, as a commit status says it. */
export const stateOf = (document: PreviewDocument): 'success' | 'failure' =>
  verdictOf(document) === 'fine' ? 'success' : 'failure';

/** That something in the commits cannot be read, or is not valid. */
const invalid = 3;

/**
 * Whether what stands in a preview's way lies in the commits. Anything else is a fault of the machine, such as a clone that
 * lacks some of them, a database that is away or a variable that is not set: it says nothing of the head, and what exactly is
 * wrong is nobody's business where a host shows it.
 */
export const liesInCommits = (why: readonly Diagnostic[]): boolean =>
  exitCodeOf(why) === invalid || why.some(({ code }) => code === 'preview-no-configuration');

/** Puts something to the host. Whatever becomes of that, what was found out is there, and told. */
export const putting = async <T>(
  put: () => Promise<T>,
): Promise<{ readonly done: T | undefined; readonly unposted: readonly Diagnostic[] }> => {
  const outcome = await asOutcome(async () => success(await put()));
  return outcome.ok ? { done: outcome.value, unposted: [] } : { done: undefined, unposted: outcome.diagnostics };
};
