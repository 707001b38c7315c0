import type { System } from '../system/index.ts';
import { isJsonObject, type JsonValue, valueAt } from '../values/index.ts';
import { type ConfigLocation, findConfig, readMain } from './find.ts';
import { mergeDocuments, readIncluded } from './include.ts';
import { slug } from './rules-names.ts';

const namesIn = (targets: JsonValue | undefined): readonly string[] => {
  if (targets === undefined || targets === null) return [];
  if (isJsonObject(targets)) return Object.keys(targets);
  if (!Array.isArray(targets)) return [];
  return (targets as readonly JsonValue[]).flatMap((entry) => {
    const name = valueAt(entry, ['name']);
    return typeof name === 'string' ? [name] : [];
  });
};

/**
 * The names of the targets, for a shell that completes them: read without judging the configuration, so that it is quick
 * and works on one that is being written. Empty where nothing can be read; names that cannot be used are left out: no shell ever sees them.
 */
export const targetNames = async (system: System, location: ConfigLocation): Promise<readonly string[]> => {
  const found = await findConfig(system, location);
  const main = found.ok ? await readMain(found.value) : found;
  if (!found.ok || !main.ok) return [];
  const { documents } = await readIncluded(main.value, found.value);
  const { document } = mergeDocuments(main.value, documents);
  return [...new Set(namesIn(valueAt(document.value, ['targets'])))].filter((name) => slug.test(name));
};
