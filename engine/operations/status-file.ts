import { basename, dirname, resolve } from 'node:path';
import { type Outcome, refuse } from '../diagnostics/index.ts';
import { parseJson, readTextFile } from '../documents/index.ts';
import { isJsonObject, type JsonValue, visible } from '../values/index.ts';
import type { OperationContext } from './session.ts';

/** What a status file says. */
export interface StatusFile {
  /** The version of each target that it names; null for one that runs nothing yet. */
  readonly running: ReadonlyMap<string, string | null>;
  /** When that was so; of targets that were looked at one after the other, the first. */
  readonly at: Date;
}

/** Enough for 10,000 targets. */
const mostBytes = 8 * 1024 * 1024;
const longestText = 500;

interface Row {
  readonly project: string;
  readonly target: string;
  readonly version: string | null;
  readonly at: Date;
}

const isText = (value: JsonValue | undefined): value is string =>
  typeof value === 'string' && value !== '' && value.length <= longestText;

const dateOf = (value: JsonValue | undefined): Date | undefined => {
  const at = isText(value) && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) ? new Date(value) : undefined;
  return at && !Number.isNaN(at.getTime()) ? at : undefined;
};

const rowOf = (value: JsonValue): Row | undefined => {
  if (!isJsonObject(value)) return undefined;
  const { project, target, version, as_of: asOf } = value;
  const at = dateOf(asOf);
  const isRow = isText(project) && isText(target) && (version === null || isText(version)) && at !== undefined;
  return isRow ? { project, target, version, at } : undefined;
};

/** What is wrong with the content of a status file, or what it says. Pure. */
export const statusIn = (value: JsonValue, project: string): StatusFile | { readonly fault: string } => {
  if (!Array.isArray(value) || value.length === 0) return { fault: 'it is no list of targets' };
  const rows = (value as readonly JsonValue[]).map(rowOf);
  const wrong = rows.indexOf(undefined);
  if (wrong >= 0) {
    return {
      fault: `its entry ${wrong + 1} lacks \`project\`, \`target\`, \`version\` or \`as_of\`, or has something else there`,
    };
  }
  const known = rows.filter((row) => row !== undefined);
  const other = known.find((row) => row.project !== project);
  if (other) return { fault: `it is of the project "${visible(other.project)}", and this one is "${project}"` };
  const running = new Map(known.map(({ target, version }) => [target, version]));
  if (running.size < known.length) return { fault: 'it names a target twice' };
  return { running, at: new Date(Math.min(...known.map(({ at }) => at.getTime()))) };
};

const contentOf = async (path: string, shown: string): Promise<Outcome<JsonValue>> => {
  const text = await readTextFile(dirname(path), basename(path), { maxBytes: mostBytes, filename: shown });
  const parsed = text.ok ? parseJson(text.value) : text;
  return parsed.ok ? { ...parsed, value: parsed.value.value } : parsed;
};

/**
 * Reads what `m3forge status --json` wrote somewhere else, about this project. Throws `preview-status` with what is wrong
 * with it. Nothing of it is believed but which version each target runs.
 */
export const readStatusFile = async (
  { system }: Pick<OperationContext, 'system'>,
  file: string,
  project: string,
): Promise<StatusFile> => {
  const content = await contentOf(resolve(system.cwd(), file), file);
  const found = content.ok ? statusIn(content.value, project) : { fault: content.diagnostics[0]?.detail ?? '' };
  if (!('fault' in found)) return found;
  throw refuse('preview-status', {
    detail: content.ok ? `${file} cannot be used: ${found.fault}.` : found.fault,
    hint: 'Have it written where the state may be read:\n\n    m3forge status --json > status.json',
  });
};
