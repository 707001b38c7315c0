import { readFile } from 'node:fs/promises';
import { failure, type Outcome, problem, refuse, success } from '../diagnostics/index.ts';
import { guardText, parseJson } from '../documents/index.ts';
import { integrityOf, type PlanDocument } from '../plan/index.ts';
import { isJsonObject } from '../values/index.ts';

/** More than the plan of a first release of 100,000 artifacts. */
const largestPlan = 256 * 1024 * 1024;

const readBytes = async (path: string): Promise<Buffer> => {
  try {
    return await readFile(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw refuse('plan-file-unreadable', {
      detail: `${path} cannot be read${code ? ` (${code})` : ''}.`,
      hint: 'A plan is saved with:\n\n    m3forge plan --out plan.json',
    });
  }
};

/** Reads a saved plan. One that was not written by `plan --out`, or of which a byte was changed, is refused. */
export const readPlanFile = async (path: string): Promise<Outcome<PlanDocument>> => {
  const text = guardText(await readBytes(path), path, { maxBytes: largestPlan });
  if (!text.ok) return text;
  const parsed = await parseJson(text.value);
  if (!parsed.ok) {
    return failure([
      problem('plan-tampered', { detail: `${path} is no JSON document any more.` }),
      ...parsed.diagnostics,
    ]);
  }
  const { value } = parsed.value;
  if (!isJsonObject(value) || typeof value.format_version !== 'string' || typeof value.integrity !== 'string') {
    return failure([problem('plan-tampered', { detail: `${path} is no saved plan.` })]);
  }
  if (value.format_version !== '1.0') {
    return failure([
      problem('plan-format-unknown', {
        detail: `${path} has plan format ${value.format_version}; this m3forge reads 1.0.`,
        hint: 'Plan again with this version of m3forge.',
      }),
    ]);
  }
  const document = value as unknown as PlanDocument;
  if (integrityOf(document) !== document.integrity) {
    return failure([
      problem('plan-tampered', {
        detail: `${path} was changed after it was saved: its content does not have the digest it names.`,
        hint: 'Plan again; a plan is applied exactly as it was made or not at all.',
      }),
    ]);
  }
  return success(document);
};
