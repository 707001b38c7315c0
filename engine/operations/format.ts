import { formatConfig, replaceFile } from '../config/index.ts';
import { type Outcome, success } from '../diagnostics/index.ts';
import { asOutcome, type OperationContext } from './session.ts';

/** A file of the configuration, and what formatting made of it. */
export interface FormattedView {
  /** Relative to the working directory. */
  readonly file: string;
  /** Whether it was not in canonical form. */
  readonly changed: boolean;
}

/**
 * `m3forge fmt`: brings the configuration and what it includes into canonical form. All files are read and formatted
 * before the first is written; each is written whole or not at all. With `check` nothing is written.
 */
export const format = (
  context: OperationContext,
  request: { readonly check: boolean },
): Promise<Outcome<readonly FormattedView[]>> =>
  asOutcome(async () => {
    const files = await formatConfig(context.system, context.location);
    if (!files.ok) return files;
    for (const { path, text, changed } of files.value) {
      if (changed && !request.check) await replaceFile(context.system, path, text);
    }
    return success(files.value.map(({ filename, changed }) => ({ file: filename, changed })));
  });
