import type { DiagnosticCode } from '../diagnostics/index.ts';
import { type JsonObject, type JsonValue, type StructuralPath, valueAt } from '../values/index.ts';
import type { Report } from './finding.ts';

/** A field, what it may hold, and that in words. */
export type FieldTest = readonly [StructuralPath, (value: JsonValue) => boolean, string];

export const isText = (value: JsonValue): value is string => typeof value === 'string';

/** Reports each field that is there, not null, and not what it may be. `at` is where the object stands in its document. */
export const testFields = (
  of: string,
  code: DiagnosticCode,
  tests: readonly FieldTest[],
  object: JsonObject,
  at: StructuralPath,
  report: Report,
): void => {
  for (const [path, passes, wanted] of tests) {
    const value = valueAt(object, path);
    if (value === undefined || value === null || passes(value)) continue;
    const detail = `\`${path.join('.')}\` of the ${of} must be ${wanted}.`;
    report({ severity: 'error', code, detail, path: [...at, ...path] });
  }
};
