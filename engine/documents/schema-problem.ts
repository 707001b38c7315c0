import type { ErrorObject } from 'ajv/dist/2020.js';
import type { Diagnostic } from '../diagnostics/index.ts';
import type { StructuralPath } from '../values/index.ts';

/** A violation of a schema and the path of the value, or missing key, that it is about. */
export interface SchemaProblem {
  readonly path: StructuralPath;
  readonly diagnostic: Diagnostic;
}

/** One violation as Ajv reports it, with its place in the whole document. */
export interface Violation {
  readonly error: ErrorObject;
  readonly path: StructuralPath;
}
