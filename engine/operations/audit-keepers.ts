import { failure, type Outcome, problem, success } from '../diagnostics/index.ts';
import type { Checkpoint } from '../state/index.ts';
import { type KeptFile, openKeptFile } from '../versions/index.ts';
import { appendCheckpoint, type CheckpointFile, parseCheckpoints, readCheckpoints } from './audit-checkpoints.ts';
import type { Session } from './session.ts';

/** Where checkpoints are kept: in a file, or under a ref of the source repository. */
export type KeptAt = CheckpointFile | { readonly ref: string };

/** The name of the file under the ref. */
const fileName = 'audit-anchors.jsonl';

interface WithoutCheckpoints {
  readonly isAllowed: boolean;
  readonly hint?: string;
}

/** A place of checkpoints, open. */
export interface Keeper {
  readonly shown: string;
  readonly read: (lineage: string, without: WithoutCheckpoints) => Promise<Outcome<readonly Checkpoint[]>>;
  /** Adds one after those that `read` returned. */
  readonly append: (checkpoint: Checkpoint, create: boolean) => Promise<Outcome<void>>;
  /** Hands it over to a remote of the repository; undefined where it is a file. */
  readonly push: ((remote: string) => Promise<void>) | undefined;
}

const ofFile = (file: CheckpointFile): Keeper => ({
  shown: file.shown,
  read: (lineage, without) => readCheckpoints([file], lineage, without),
  append: (checkpoint, create) => appendCheckpoint(file, checkpoint, create),
  push: undefined,
});

const ofRef = (kept: KeptFile): Keeper => {
  let known = '';
  return {
    shown: kept.label,
    read: async (lineage, { isAllowed, hint }) => {
      const text = await kept.read();
      known = text ?? '';
      const found = parseCheckpoints(known, kept.label, lineage);
      if (!found.ok || found.value.length > 0 || isAllowed) return found;
      const detail = `There is no checkpoint in ${kept.label}, so nothing would be compared.`;
      const fetch = 'Where another clone has it, fetch it:\n    git fetch origin refs/m3forge/audit:refs/m3forge/audit';
      return failure([problem('audit-anchor-missing', { detail, hint: hint ?? fetch })]);
    },
    append: async (checkpoint) => {
      const begin = known === '' || known.endsWith('\n') ? known : `${known}\n`;
      known = `${begin}${JSON.stringify(checkpoint)}\n`;
      await kept.write(known, `Audit trail: entry ${checkpoint.n} is ${checkpoint.hash}\n`);
      return success(undefined);
    },
    push: kept.push,
  };
};

/** Opens a place of checkpoints. Throws `version-source-elsewhere` where the repository of a ref is not here. */
export const openKeeper = async ({ context, config }: Session, at: KeptAt): Promise<Keeper> => {
  if ('path' in at) return ofFile(at);
  const { repository } = config.source;
  const options = { repository, directory: config.directory };
  return ofRef(await openKeptFile(context.system, options, { ref: at.ref, name: fileName }));
};

/** All checkpoints of these places, each of which must have some. */
export const readKeepers = async (
  session: Session,
  places: readonly KeptAt[],
): Promise<Outcome<readonly Checkpoint[]>> => {
  const found: Checkpoint[] = [];
  for (const place of places) {
    const keeper = await openKeeper(session, place);
    const read = await keeper.read(session.state.lineage, { isAllowed: false });
    if (!read.ok) return read;
    found.push(...read.value);
  }
  return success(found);
};

/** How a place is named to people, before it is open. */
export const shownPlace = (at: KeptAt): string => ('path' in at ? at.shown : at.ref);
