import type { Config } from '../config/index.ts';
import type { Diagnostic, Outcome } from '../diagnostics/index.ts';
import { type PreviewDocument, verdictOf } from '../preview/index.ts';
import type { SourceControl } from '../provider/index.ts';
import { folderInRepository } from '../versions/index.ts';
import { statusName } from './post-preview.ts';
import { trustedConfig } from './preview-surroundings.ts';
import { asOutcome, learnSecrets, type OperationContext } from './session.ts';
import { withSourceControl } from './source-control.ts';

/** The host that previews are put to. */
export interface PreviewHost {
  readonly context: OperationContext;
  /** The configuration that named it. */
  readonly config: Config;
  readonly sourceControl: SourceControl;
}

/**
 * Asks the host that a trusted configuration names: that of `base`, or of the main branch where none is given. Previews need
 * no more of it than its token.
 */
export const withTrustedHost = <T>(
  context: OperationContext,
  base: string | undefined,
  work: (host: PreviewHost) => Promise<Outcome<T>>,
): Promise<Outcome<T>> =>
  asOutcome(async () => {
    const trusted = await trustedConfig(context, base);
    if (!trusted.ok) return trusted;
    const config = trusted.value;
    learnSecrets(context, config);
    return withSourceControl(context, config, (sourceControl) => work({ context, config, sourceControl }));
  });

/** The name of the commit status of this project. */
export const statusNameOf = async ({ context, config }: PreviewHost): Promise<string> =>
  statusName(
    config.project,
    await folderInRepository(context.system, { ...config.source, directory: config.directory }),
  );

/** What a preview comes to, as a commit status says it. */
export const stateOf = (document: PreviewDocument): 'success' | 'failure' =>
  verdictOf(document) === 'fine' ? 'success' : 'failure';

/** Whether what stands in a preview's way is the head: that a clone lacks commits, or a bad status file, says nothing of it. */
export const isOfHead = (why: readonly Diagnostic[]): boolean =>
  !why.some(({ code }) => code === 'source-ref-unknown' || code === 'preview-status');
