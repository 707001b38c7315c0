import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { type Diagnostic, failure, type Outcome, problem, Refusal, refuse, success } from '../diagnostics/index.ts';
import { checkSchema, guardText, type ParsedDocument, parseJson } from '../documents/index.ts';
import { integrityOf, type PlanDocument } from '../plan/index.ts';
import { isJsonObject, type JsonObject } from '../values/index.ts';

/** More than the plan of a first release of 100,000 artifacts. */
const largestPlan = 256 * 1024 * 1024;

const howToSave = 'A plan is saved with:\n\n    m3forge plan --out plan.json';

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'a part of its path is no directory',
  EISDIR: 'it is a directory',
  EACCES: 'permission is denied',
  EPERM: 'the system does not permit it',
  ELOOP: 'its symbolic links lead in a circle',
  ENXIO: 'it is a device, pipe or socket',
};

const unreadable = (path: string, why: string): Refusal =>
  refuse('plan-file-unreadable', { detail: `${path} cannot be read: ${why}.`, hint: howToSave });

/** Reads what was opened, once it is known to be a regular file of a size that a plan can have. */
const readOpened = async (file: FileHandle, path: string): Promise<Buffer> => {
  const found = await file.stat();
  if (found.isDirectory()) throw unreadable(path, 'it is a directory');
  if (!found.isFile()) throw unreadable(path, 'it is a device, pipe or socket');
  if (found.size > largestPlan) {
    throw unreadable(path, `it has ${found.size} bytes, and a plan has at most ${largestPlan}`);
  }
  return await file.readFile();
};

const readBytes = async (path: string): Promise<Buffer> => {
  try {
    // Without O_NONBLOCK, opening a pipe that nobody writes to would hang.
    await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    return await readOpened(file, path);
  } catch (error) {
    if (error instanceof Refusal) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw unreadable(path, `${reasons[code ?? ''] ?? 'the system does not let it be read'}${code ? ` (${code})` : ''}`);
  }
};

const isOurs = (bytes: Buffer): boolean => bytes.toString('latin1', 0, 200).includes('"format_version"');

/** What is wrong with a text without the form of a plan: it begins like one of ours and was cut, or it never was one. */
const withoutForm = (bytes: Buffer, path: string): Diagnostic =>
  isOurs(bytes)
    ? problem('plan-tampered', {
        detail: `${path} begins like a saved plan and is not whole any more.`,
        hint: 'Plan again; a plan is applied exactly as it was made or not at all.',
      })
    : noPlan(path);

const noPlan = (path: string): Diagnostic =>
  problem('plan-not-a-plan', { detail: `${path} was not written by m3forge as a plan.`, hint: howToSave });

/** Whoever writes a file can write its digest too, so that alone does not make it a plan. */
const hasFormOfPlan = async (document: ParsedDocument): Promise<boolean> => {
  const { default: schema } = await import('../../schemas/plan.schema.json', { with: { type: 'json' } });
  const { accepts } = await import('../../schemas/plan-accepts.ts');
  return (await checkSchema(schema as JsonObject, document, { accepts })).length === 0;
};

/** Reads a saved plan. One that was not written by `plan --out`, or of which a byte was changed, is refused. */
export const readPlanFile = async (path: string): Promise<Outcome<PlanDocument>> => {
  const bytes = await readBytes(path);
  const text = guardText(bytes, path, { maxBytes: largestPlan });
  const parsed = text.ok ? await parseJson(text.value) : text;
  if (!parsed.ok) return failure([withoutForm(bytes, path)]);
  const { value } = parsed.value;
  if (!isJsonObject(value) || typeof value.format_version !== 'string' || typeof value.integrity !== 'string') {
    return failure([noPlan(path)]);
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
  if (!(await hasFormOfPlan(parsed.value))) return failure([noPlan(path)]);
  return success(document);
};
