import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode, onDisk } from './errors.ts';
import { isDraft, pathOf, probeName } from './names.ts';

/** Names of half-written files that lie directly in a folder; an absent folder has none. Links are not followed. */
const draftsIn = async (path: string): Promise<readonly string[]> => {
  const entries = await readdir(path, { withFileTypes: true }).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  });
  return entries.filter((entry) => entry.isFile() && isDraft(entry.name)).map(({ name }) => name);
};

/** Removes half-written files once `permit` allows it. A writer that lost its right loses its draft, and is told so. */
export const sweepFolder = async (location: string, folder: string, permit: () => Promise<void>): Promise<number> => {
  const path = await onDisk('reading', location, () => pathOf(location, folder));
  const drafts = await onDisk('reading', path, () => draftsIn(path));
  if (drafts.length === 0) return 0;
  await permit();
  await onDisk('writing', path, async () => {
    for (const draft of drafts) await rm(join(path, draft), { force: true });
  });
  return drafts.length;
};

/** Removes what checks that were killed wrote. Nobody reads a probe again, so a living check does not miss its own. */
export const removeProbes = async (location: string): Promise<void> => {
  const probes = (await draftsIn(location)).filter((name) => name.startsWith(`.${probeName}.`));
  for (const probe of probes) await rm(join(location, probe), { force: true });
};
