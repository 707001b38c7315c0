import { join } from 'node:path';
import type { Plugin } from 'rolldown';

/** Follows static imports alone: what is imported on demand is not part of what is reached. */
type ImportsOf = (id: string) => readonly string[];

const reached = (starts: readonly string[], importsOf: ImportsOf): ReadonlySet<string> => {
  const found = new Set<string>();
  const waiting = [...starts];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    waiting.push(...importsOf(id));
  }
  return found;
};

export interface Grouping {
  readonly plugin: Plugin;
  /** The file that a module goes into, or null where the bundler decides. */
  readonly nameOf: (id: string) => string | null;
}

/**
 * Modules that are loaded together go into one file: finding, reading and linking a file of code takes about half a
 * millisecond each, and left to itself the bundler makes one for each set of commands that share something. `groups` are
 * names of files with the modules at which each begins; a module belongs to the first group that reaches it.
 */
export const groupingOf = (root: string, groups: Readonly<Record<string, readonly string[]>>): Grouping => {
  const owners = new Map<string, string>();
  return {
    plugin: {
      name: 'grouping',
      buildEnd() {
        const importsOf: ImportsOf = (id) => this.getModuleInfo(id)?.importedIds ?? [];
        for (const [name, starts] of Object.entries(groups)) {
          for (const id of reached(
            starts.map((start) => join(root, start)),
            importsOf,
          )) {
            // What starts a program does so when it is loaded.
            if (!owners.has(id) && !this.getModuleInfo(id)?.isEntry) owners.set(id, name);
          }
        }
      },
    },
    nameOf: (id) => owners.get(id) ?? null,
  };
};
