import { refuse } from '../diagnostics/index.ts';
import type { PlanSection } from '../plan/index.ts';
import type { ArtifactStore, DriftedBody, PlaceStatus } from '../provider/index.ts';
import { addressOf, type Digest, type ManifestLine } from '../values/index.ts';

/** What a look at the place, taken under the lease, tells; it costs what the section changes, not what the place holds. */
export interface FreshLook {
  readonly status: PlaceStatus | undefined;
  readonly drifted: readonly DriftedBody[];
  /** The lines that the section's addresses have under the pointer. */
  readonly lines: readonly ManifestLine[];
}

export const lookAgain = async (store: ArtifactStore, section: PlanSection): Promise<FreshLook> => {
  const status = await store.status();
  const active = status?.active ?? 0;
  return {
    status,
    drifted: status ? await store.driftedBodies() : [],
    lines: active === 0 || section.changes.length === 0 ? [] : await store.lines(active, section.changes),
  };
};

/** What has moved in the place since the section was planned; empty where it still holds. Pure. */
export const whatMovedInPlace = (section: PlanSection, look: FreshLook): readonly string[] => {
  const activation = look.status?.activation?.n ?? 0;
  if (activation !== section.from.activation) {
    return [`the place was at activation ${section.from.activation} and is at activation ${activation}`];
  }
  const moved: string[] = [];
  const active = look.status?.active ?? 0;
  if (active !== section.from.seq) moved.push(`the active pointer was at ${section.from.seq} and is at ${active}`);
  const driftOf = new Map(look.drifted.map((body) => [body.digest, body.actual]));
  const now = new Map(
    look.lines.map((line) => [addressOf(line.kind, line.name), driftOf.get(line.digest) ?? line.digest]),
  );
  for (const change of section.changes) {
    if ((now.get(change.address) ?? null) !== change.before_digest)
      moved.push(`${change.address} was changed meanwhile`);
  }
  const planned = new Set<Digest | null>(
    section.drift.filter(({ field }) => field === 'body').map(({ actual }) => actual),
  );
  for (const body of look.drifted) {
    if (look.lines.some(({ digest }) => digest === body.digest) && !planned.has(body.actual)) {
      moved.push(`a body was changed by hand: ${body.digest}`);
    }
  }
  return moved;
};

export const requireFresh = (section: PlanSection, look: FreshLook): void => {
  const moved = whatMovedInPlace(section, look);
  if (moved.length === 0) return;
  throw refuse('plan-stale', {
    detail: `The plan for "${section.target}" does not hold any more: ${moved.join('; ')}.`,
    address: section.target,
    hint: 'Nothing was changed. Plan again.',
  });
};
