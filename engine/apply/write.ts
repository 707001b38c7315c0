import { filesOf } from '../artifacts/index.ts';
import { takeBackup } from '../backups/index.ts';
import { CommitUnknown } from '../database/index.ts';
import { Refusal, refuse } from '../diagnostics/index.ts';
import { type Change, type Desired, refresh } from '../plan/index.ts';
import type { ArtifactStore } from '../provider/index.ts';
import { requireLease, setReleaseBackup } from '../state/index.ts';
import {
  addressOf,
  compareLines,
  counted,
  type Digest,
  digestOfBytes,
  type JsonValue,
  type LineChange,
  type ManifestLine,
} from '../values/index.ts';
import { type Hold, type ReleaseInput, step } from './context.ts';
import type { FreshLook } from './freshness.ts';
import { requireServing } from './gateways.ts';
import { readTruth } from './truth.ts';

/**
 * The rows to write: from head to what is wanted. Usually head is active and this is the section's own difference; after
 * a rollback or a failed release head is something else, and what separates the two is added.
 */
export const changesFromHead = (
  headToActive: readonly LineChange[],
  active: readonly ManifestLine[],
  wanted: readonly { readonly kind: LineChange['kind']; readonly name: string; readonly after_digest: Digest | null }[],
): readonly LineChange[] => {
  const rows = new Map<string, LineChange>();
  for (const change of headToActive) rows.set(addressOf(change.kind, change.name), change);
  const activeDigest = new Map(active.map((line) => [addressOf(line.kind, line.name), line.digest]));
  for (const { kind, name, after_digest } of wanted) {
    const address = addressOf(kind, name);
    const known = rows.get(address);
    const before = known ? known.before : activeDigest.get(address);
    rows.set(address, {
      kind,
      name,
      ...(before !== undefined && { before }),
      ...(after_digest !== null && { after: after_digest }),
    });
  }
  return [...rows.values()]
    .filter((change) => change.before !== change.after)
    .sort((left, right) => compareLines({ ...left, digest: '' }, { ...right, digest: '' }));
};

export const migratePlace = async (input: ReleaseInput, hold: Hold, look: FreshLook): Promise<void> => {
  const { store } = input.place;
  if (look.status?.schemaVersion === store.schemaVersion) return;
  await step(input, hold, input.release.id, 'migrate', async () => {
    await store.migrate({ fence: hold.fence });
    return { value: undefined, detail: `schema version ${store.schemaVersion}` };
  });
  await input.system.failpoints('after-migrate');
};

export const backUp = async (input: ReleaseInput, hold: Hold): Promise<void> => {
  // What nobody has judged may have to be taken back: an emergency is backed up, whatever else the target asks for.
  if (!input.target.deployment.requireBackup && !input.section.emergency) return;
  const { system, state, release } = input;
  await step(input, hold, release.id, 'backup', async () => {
    await input.backups.check();
    const { backup, detail } = await takeBackup({
      system,
      state,
      lease: hold.lease,
      store: input.place.store,
      backups: input.backups,
      environment: input.place.environment,
      releaseId: release.id,
      reading: await refresh(input.place.store, state),
    });
    if (backup) {
      await state.transaction(async (transaction) => {
        await requireLease(transaction, hold.lease);
        await setReleaseBackup(transaction, release.id, backup.id);
      });
      input.report({ type: 'backup_created', backupId: backup.id, detail });
    }
    return { value: undefined, detail };
  });
  await system.failpoints('after-backup');
};

/**
 * Bodies of what is active that were changed by hand and that this release does not bring itself: should it go back, they
 * must not come back with it. Those that nobody knows in the right form stay as they are.
 */
async function* healing({ section, desired, system }: ReleaseInput, brought: ReadonlySet<Digest>) {
  const drifted = section.drift.flatMap(({ field, recorded }) =>
    (field === 'body' || field === 'file') && recorded !== null ? [recorded] : [],
  );
  const wanted = new Set(drifted.filter((digest) => !brought.has(digest)));
  if (wanted.size === 0) return;
  try {
    for await (const found of desired.bodies(wanted)) if (digestOfBytes(found.body) === found.digest) yield found;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    system.log.warn(`what was changed by hand stays as it is: ${error.message}`);
  }
}

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

/** The bodies that changes bring: each artifact's own, and those of a processor's files. */
const digestsOf = async (desired: Desired, changes: readonly Change[]): Promise<readonly Digest[]> => {
  const brought = (of: readonly Change[]) => of.flatMap(({ after_digest }) => after_digest ?? []);
  const processors = new Set(brought(changes.filter(({ kind }) => kind === 'processor')));
  const digests = new Set(brought(changes));
  if (processors.size === 0) return [...digests];
  for await (const { body } of desired.bodies(processors)) {
    for (const { digest } of filesOf(JSON.parse(Buffer.from(body).toString('utf8')) as JsonValue)) digests.add(digest);
  }
  return [...digests];
};

/** A: bodies, rows and marker in one transaction; inactive. */
export const writeSequence = async (
  input: ReleaseInput,
  hold: Hold,
  look: FreshLook,
): Promise<{ readonly seq: number; readonly hold: Hold }> => {
  const { section, desired, system, place, release } = input;
  const { head = 0, active = 0 } = look.status ?? {};
  const seq = head + 1;
  return step(input, hold, release.id, 'write', async () => {
    const headToActive = head === active ? [] : await place.store.difference(head, active);
    const changes = changesFromHead(headToActive, look.lines, section.changes);
    const unsound = await place.store.unsound(await digestsOf(desired, section.changes));
    const brought = new Set(unsound);
    await desired.gather?.(brought);
    // Found before the place is locked: the embedded database cannot be asked for anything else while it is written to.
    const healed: { readonly digest: Digest; readonly body: Uint8Array }[] = [];
    for await (const body of healing(input, brought)) healed.push(body);
    const order = {
      fence: hold.fence,
      releaseId: release.id,
      seq,
      version: desired.version,
      planDigest: section.digest,
      manifestDigest: desired.manifestDigest,
      changes,
      unsound,
      bodies: desired.bodies(brought),
      healing: each(healed),
      hooks: {
        beforeBodies: () => system.failpoints('write-before-bodies'),
        afterBodies: () => system.failpoints('write-after-bodies'),
        afterIntervals: () => system.failpoints('write-after-intervals'),
        afterMarker: () => system.failpoints('write-after-marker'),
        beforeCommit: () => system.failpoints('write-before-commit'),
        commitSent: () => system.failpoints('write-commit-sent'),
      },
    };
    const held = await place.store.write(order).then(
      () => hold,
      (error: unknown) => settleWrite(input, hold, error),
    );
    await system.failpoints('write-after-commit');
    return {
      value: { seq, hold: held },
      detail: `sequence ${seq}: ${counted(section.changes.length, 'artifact')} changed, ${counted(unsound.length, 'body', 'bodies')} written`,
    };
  });
};

/** An unanswered COMMIT is settled by looking for the marker. */
const settleWrite = async (input: ReleaseInput, hold: Hold, error: unknown): Promise<Hold> => {
  if (!(error instanceof CommitUnknown)) throw error;
  const truth = await readTruth(input.place, hold, input.release.id);
  if (!truth.traces.marker) throw error;
  return truth.hold;
};

/**
 * The bytes have the digests that were judged by the gates, so what the gates found holds for them. The place works the
 * digest of a body out itself, from the bytes it keeps.
 */
const checkBodies = async (store: ArtifactStore, lines: readonly ManifestLine[]): Promise<void> => {
  const wrong = new Set(await store.unsound([...new Set(lines.map(({ digest }) => digest))]));
  const line = lines.find(({ digest }) => wrong.has(digest));
  if (line) throw candidateDiffers(addressOf(line.kind, line.name), 'its body is not the one that was written');
  const processors = lines.filter(({ kind }) => kind === 'processor');
  const files = await store.files([...new Set(processors.map(({ digest }) => digest))]);
  const lost = new Set(files.length === 0 ? [] : await store.unsound(files.map(({ digest }) => digest)));
  const file = files.find(({ digest }) => lost.has(digest));
  const owner = file && processors.find(({ digest }) => digest === file.processor);
  if (owner) {
    throw candidateDiffers(addressOf(owner.kind, owner.name), `its file ${file.path} is not the one that was written`);
  }
};

const candidateDiffers = (address: string, what: string): Error =>
  refuse('candidate-differs', { detail: `${address}: ${what}.`, address, hint: 'Nothing was activated.' });

/** Reads back what was written, while nobody can see it yet. */
export const checkCandidate = async (input: ReleaseInput, hold: Hold, seq: number): Promise<void> => {
  const { store } = input.place;
  await step(input, hold, input.release.id, 'candidate', async () => {
    const wanted = input.section.changes.filter(({ after_digest }) => after_digest !== null);
    const lines = wanted.length === 0 ? [] : await store.lines(seq, wanted);
    const digestOf = new Map(lines.map((line) => [addressOf(line.kind, line.name), line.digest]));
    for (const change of wanted) {
      if (digestOf.get(change.address) !== change.after_digest) {
        throw candidateDiffers(change.address, 'its row does not name the planned content');
      }
    }
    await checkBodies(store, lines);
    const serving = await requireServing(input);
    const readBack = `${counted(wanted.length, 'artifact')} read back`;
    // No gateway that is known can run what is not active, so nothing is invoked here, and nothing passes for it.
    return {
      value: undefined,
      detail: serving === undefined ? readBack : `${readBack}; ${serving}; invocations skipped`,
    };
  });
  await input.system.failpoints('after-candidate-checks');
};
