import type { Config } from '../config/index.ts';
import type { Outcome } from '../diagnostics/index.ts';
import { type PreviewDocument, verdictOf } from '../preview/index.ts';
import type { SourceControl } from '../provider/index.ts';
import { folderInRepository } from '../versions/index.ts';
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
 * lies, it says nothing of the configuration, and the main branch of that one counts. It counts as well where the base has
 * no configuration that could be read, so that somebody can be told of that.
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
      return ofMain.ok && !(ofBase.ok && isHere(ofMain.value)) ? ofMain : ofBase;
    },
    work,
  );

/**
 * The name of the commit status of a project, which is called as the previewed configuration says. `into` is the branch that
 * something is merged into, where that is not the main one.
 */
export const statusNameIn = async (
  { context, config }: PreviewHost,
  project: string,
  into: string | undefined,
): Promise<string> => {
  const place = { ...config.source, directory: config.directory };
  return statusName(project, await folderInRepository(context.system, place), into);
};

/** What a preview comes to, as a commit status says it. */
export const stateOf = (document: PreviewDocument): 'success' | 'failure' =>
  verdictOf(document) === 'fine' ? 'success' : 'failure';
