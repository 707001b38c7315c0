import type { Diagnostic } from '../diagnostics/index.ts';
import type { ParsedDocument } from '../documents/index.ts';
import type { Config } from './config.ts';
import type { ConfigFile } from './file.ts';

/** What a rule looks at: the configuration with its defaults, as it is written, and where everything stands. */
export interface Subject {
  readonly config: Config;
  /** Without what the schema refused. */
  readonly written: ConfigFile;
  readonly document: ParsedDocument;
}

/** Judges one thing and only adds diagnostics. */
export type Rule = (subject: Subject) => readonly Diagnostic[];
