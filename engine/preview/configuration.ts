import { valueDifferenceOf } from '../artifacts/index.ts';
import { includedPaths } from '../config/index.ts';
import { guardText, parseYaml } from '../documents/index.ts';
import { compareBytes, type JsonValue } from '../values/index.ts';
import type { ConfigurationNote } from './document.ts';

/** Keys of rules: who may do what, and what is asked before something is released. */
const guarding =
  /(?:^|\.)(?:team|access|access_controls|approvals|require_approvals?|allowed_\w+|min_approvals|separation_of_duties|gates|policies|windows|emergency|promotions?|max_deletes|require_backup|run_smoke_tests|smoke_tests|accept_unattributed|on_failure|providers|source_control|auto_changeset_rules|triggers|schedule|type|database|url|token)(?:\.|$)/;

const mostBytes = 1024 * 1024;

/** What a file says, as JSON; null where it is not there or is no YAML that could be read. */
const documentOf = async (bytes: Buffer | undefined, path: string): Promise<JsonValue> => {
  if (!bytes) return null;
  const text = guardText(bytes, path, { maxBytes: mostBytes });
  const parsed = text.ok ? await parseYaml(text.value) : text;
  return parsed.ok ? parsed.value.value : null;
};

const includedBy = async (bytes: Buffer | undefined, path: string): Promise<readonly string[]> => {
  const text = bytes ? guardText(bytes, path, { maxBytes: mostBytes }) : undefined;
  const parsed = text?.ok ? await parseYaml(text.value) : undefined;
  return parsed?.ok ? includedPaths(parsed.value) : [];
};

const changedAs = (action: string): ConfigurationNote['what'] =>
  action === 'added' || action === 'removed' ? action : 'changed';

/**
 * What the head makes of the configuration. None of it counts before it is merged, and nothing of it is resolved: only the
 * names of its keys are told. `fileAt` reads a file of either side.
 */
export const configurationNotes = async (
  file: string,
  changedPaths: readonly string[],
  fileAt: (side: 'base' | 'head', path: string) => Promise<Buffer | undefined>,
): Promise<readonly ConfigurationNote[]> => {
  if (changedPaths.length === 0) return [];
  const main = await fileAt('base', file);
  const mains = changedPaths.includes(file) ? [main, await fileAt('head', file)] : [main];
  const included = (await Promise.all(mains.map((bytes) => includedBy(bytes, file)))).flat();
  const parts = new Set([file, ...included]);
  const notes: ConfigurationNote[] = [];
  for (const path of changedPaths.filter((changed) => parts.has(changed))) {
    const [before, after] = [await fileAt('base', path), await fileAt('head', path)];
    const found = await valueDifferenceOf(await documentOf(before, path), await documentOf(after, path));
    notes.push(
      ...found.map(({ path: key, action }) => ({ path, key, what: changedAs(action), guards: guarding.test(key) })),
    );
  }
  return notes.sort((left, right) => Number(right.guards) - Number(left.guards) || compareBytes(left.key, right.key));
};
