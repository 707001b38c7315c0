import { posix } from 'node:path';
import { compareValues } from '../artifacts/index.ts';
import { type Config, includedPaths, lockFileName } from '../config/index.ts';
import { guardText, parseYaml } from '../documents/index.ts';
import { compareBytes, formatPath, isJsonObject, type JsonValue, type StructuralPath } from '../values/index.ts';
import type { ConfigurationNote, PreviewDocument } from './document.ts';

/** What only people read. Everything else decides who may do what, where, or what is asked before it. */
const harmless: ReadonlySet<string> = new Set(['display_name', 'description', 'reason', 'owner', 'email', 'tags']);

const mostBytes = 1024 * 1024;
/** Whoever changes more keys than these has to read the file: the others are counted. */
const mostNotes = 500;

const parsedAs = async (bytes: Buffer | undefined, path: string) => {
  const text = bytes ? guardText(bytes, path, { maxBytes: mostBytes }) : undefined;
  const parsed = text?.ok ? await parseYaml(text.value) : undefined;
  return parsed?.ok ? parsed.value : undefined;
};

/** Where something was added or removed as a whole, each of its values: a target without approvals is more than a target. */
const leaves = (path: StructuralPath, value: JsonValue | undefined): readonly StructuralPath[] => {
  if (!isJsonObject(value ?? null)) return [path];
  const entries = Object.entries(value as { readonly [key: string]: JsonValue });
  return entries.length === 0 ? [path] : entries.flatMap(([key, inside]) => leaves([...path, key], inside));
};

/** A short value of a key that says which version goes where; those of others are told by nobody. */
const isShown = (path: StructuralPath): boolean =>
  path[0] === 'targets' && path.length === 3 && (path[2] === 'version' || path[2] === 'enabled');

const textOf = (value: JsonValue | undefined): string | null =>
  typeof value === 'string' || typeof value === 'boolean' ? String(value).slice(0, 100) : null;

const changedAs = (action: string): ConfigurationNote['what'] =>
  action === 'added' || action === 'removed' ? action : 'changed';

const notesBetween = (file: string, before: JsonValue, after: JsonValue): readonly ConfigurationNote[] => {
  const notes: ConfigurationNote[] = [];
  compareValues(before, after, [], ({ path, action, before: old, after: next }) => {
    for (const leaf of action === 'added' || action === 'removed' ? leaves(path, next ?? old) : [path]) {
      notes.push({
        ...{ path: file, key: formatPath(leaf), what: changedAs(action) },
        guards: !isShown(leaf) && !harmless.has(String(leaf.at(-1))),
        value: isShown(leaf) ? { before: textOf(old), after: textOf(next) } : null,
      });
    }
  });
  return notes;
};

/**
 * What the head makes of the configuration. None of it counts before it is merged, and nothing of it is resolved: only the
 * names of its keys are told, those of rules first. `fileAt` reads a file of either side. A side that cannot be read has no
 * keys; that is told as a problem, by whoever loads it.
 */
export const configurationNotes = async (
  file: string,
  changedPaths: readonly string[],
  fileAt: (side: 'base' | 'head', path: string) => Promise<Buffer | undefined>,
): Promise<readonly ConfigurationNote[]> => {
  if (changedPaths.length === 0) return [];
  const main = await parsedAs(await fileAt('base', file), file);
  const heads = changedPaths.includes(file) ? await parsedAs(await fileAt('head', file), file) : undefined;
  // Somebody may write ./rules.yaml, and call a file what he likes: Git has one name for it.
  const included = [main, heads].flatMap((one) => (one ? includedPaths(one) : []));
  const parts = new Set([file, ...included.map((path) => posix.normalize(path))]);
  const notes: ConfigurationNote[] = [];
  for (const path of changedPaths.filter((changed) => parts.has(changed))) {
    const [before, after] = [
      await parsedAs(await fileAt('base', path), path),
      await parsedAs(await fileAt('head', path), path),
    ];
    // One that was a mapping and is none any more has lost all of its keys.
    const value = (one: typeof before): JsonValue => (one && isJsonObject(one.value) ? one.value : {});
    notes.push(...notesBetween(path, value(before), value(after)));
  }
  return notes.sort((left, right) => Number(right.guards) - Number(left.guards) || compareBytes(left.key, right.key));
};

/** What a document has of these notes, which come in the order in which they are told. Pure. */
export const countedNotes = (
  notes: readonly ConfigurationNote[],
): Pick<PreviewDocument, 'configuration' | 'configuration_counts'> => {
  const rules = notes.filter(({ guards }) => guards).length;
  return {
    configuration: notes.slice(0, mostNotes),
    configuration_counts: { rules, others: notes.length - rules },
  };
};

/**
 * What the head makes of programs that would run once it is merged, with the rights of whoever releases: one note for each
 * folder of a provider that the base names by its path, and for what is pinned of providers. Pure.
 */
export const programNotes = (
  { providers }: Pick<Config, 'providers'>,
  changes: readonly { readonly path: string }[],
): readonly ConfigurationNote[] => {
  const note = (path: string, key: string): ConfigurationNote => ({
    ...{ path, key, what: 'changed', guards: true, value: null },
  });
  const own = [...providers.values()].flatMap(({ name, from }) => {
    if (from.kind !== 'path') return [];
    const folder = posix.normalize(from.text).replace(/\/+$/, '');
    const isTouched = changes.some(({ path }) => folder === '.' || path.startsWith(`${folder}/`));
    return isTouched ? [note(folder, formatPath(['providers', name]))] : [];
  });
  const isPinned = changes.some(({ path }) => path === lockFileName);
  return [...(isPinned ? [note(lockFileName, 'providers')] : []), ...own];
};
