import { invokesAny } from '../config/index.ts';
import { type Diagnostic, problem, Refusal, refuse, warning } from '../diagnostics/index.ts';
import {
  bringGateways,
  followersAmong,
  followLimit,
  type LocateInArtifact,
  preflight,
  preflightSummary,
} from '../gateways/index.ts';
import { counted } from '../values/index.ts';
import { type Hold, type ReleaseInput, say, step } from './context.ts';

const nowhere: LocateInArtifact = () => Promise.resolve(undefined);

/** Asks the gateways now. What keeps them from running the changed workflows is thrown, the rest returned. */
const requireFit = async (
  input: ReleaseInput,
  { invokes, peers }: { readonly invokes: boolean; readonly peers: ReleaseInput['peers'] },
): Promise<readonly Diagnostic[]> => {
  const { gateways, needs, desired, section, system } = input;
  const { diagnostics } = await preflight(gateways, needs, {
    locate: desired.locate ?? nowhere,
    lenient: section.kind === 'rollback',
    signal: system.interrupted,
    invokes,
    peers,
  });
  // What was cut short says nothing against a gateway, and nothing against the version.
  if (system.interrupted.aborted) {
    throw refuse('release-interrupted', { detail: 'The release was interrupted while gateways were asked.' });
  }
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new Refusal(errors);
  return diagnostics;
};

/** Before anything is recorded as begun: a release that its gateways could not run is refused. */
export const requirePreflight = async (input: ReleaseInput, hold: Hold): Promise<void> => {
  if (input.gateways.length === 0) return;
  try {
    const { peers, target } = input;
    for (const { detail } of await requireFit(input, { invokes: invokesAny(target), peers })) {
      await say(input, hold, input.release.id, 'warn', detail);
    }
  } catch (error) {
    if (!(error instanceof Refusal) || input.system.interrupted.aborted) throw error;
    const { section, desired } = input;
    const summary = problem('preflight-failed', {
      detail: `${desired.version} was not released to "${section.target}", because its gateways cannot run it now.`,
      address: section.target,
      hint: `Nothing was changed. The plan shows what each gateway lacks:\n\n    m3forge plan --target ${section.target}`,
    });
    throw new Refusal([summary, ...error.diagnostics], { cause: error });
  }
};

/** For what is written and not active yet, and for what has just become active; the words go into the step's detail. */
export const requireServing = async (input: ReleaseInput): Promise<string | undefined> => {
  const { gateways, needs } = input;
  if (gateways.length === 0) return undefined;
  const left = await requireFit(input, { invokes: false, peers: [] });
  // What is only warned of is not claimed to be well.
  return left.length > 0 ? `${counted(left.length, 'warning')} about gateways` : preflightSummary(gateways, needs);
};

/**
 * Brings gateways back to what is active again, in a time of its own. The place is the truth: a gateway that does not
 * follow is said, and keeps nothing from ending.
 */
export const bringBack = async (
  input: Pick<ReleaseInput, 'system' | 'gateways' | 'place' | 'state' | 'report' | 'redact'>,
  hold: Hold,
  releaseId: string,
  to: { readonly seq: number; readonly version: string | null; readonly signal?: AbortSignal },
): Promise<readonly Diagnostic[]> => {
  const { gateways, place } = input;
  const limit = followLimit(input.system);
  if (followersAmong(gateways).length === 0) return [];
  try {
    const done = await bringGateways({ gateways, store: place.store, placeId: hold.placeId, limit, ...to });
    return done.warnings;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const left = error.diagnostics.map(({ detail, address }) =>
      warning('gateway-left-behind', {
        detail: `${to.version ?? 'Nothing'} is active in the place, and a gateway did not follow: ${detail}`,
        address,
        hint: 'Restart that gateway, or apply once more when it answers.',
      }),
    );
    for (const { detail } of left) await say(input, hold, releaseId, 'warn', detail);
    return left;
  }
};

/** An interruption says nothing against the version that was being published. */
const interruptible = async <T>({ system }: ReleaseInput, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    if (!system.interrupted.aborted || !(error instanceof Refusal)) throw error;
    const detail = 'The release was interrupted while it was published to gateways.';
    throw new Refusal([problem('release-interrupted', { detail })], { cause: error });
  }
};

/** Publishes and reloads what is active now, in the time that the release has left. */
export const bringForward = async (
  input: ReleaseInput,
  hold: Hold,
  seq: number,
  remainingMs: () => number,
): Promise<void> => {
  const { gateways, place, desired, release, system } = input;
  if (followersAmong(gateways).length === 0) return;
  const to = { seq, version: desired.version, signal: system.interrupted };
  await step(input, hold, release.id, 'gateways', async () => {
    // The way back leads on, whatever a gateway does.
    if (input.section.kind === 'rollback') {
      const left = await bringBack(input, hold, release.id, to);
      const detail = left.length === 0 ? 'they follow' : `${counted(left.length, 'gateway')} left behind`;
      return { value: undefined, detail };
    }
    const limit = { system, ms: remainingMs(), whose: 'which were left of `deployment.timeout_seconds`' };
    const order = { gateways, store: place.store, placeId: hold.placeId, limit, ...to };
    const done = await interruptible(input, () => bringGateways(order));
    for (const { detail } of done.warnings) await say(input, hold, release.id, 'warn', detail);
    const parts = [
      ...(done.published > 0 ? [`${counted(done.published, 'planner')} published`] : []),
      ...(done.reloaded > 0 ? [`${counted(done.reloaded, 'gateway')} reloaded`] : []),
    ];
    return { value: undefined, detail: parts.join(', ') || 'nothing to publish, nothing to reload' };
  });
};
