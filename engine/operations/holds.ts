import type { Queryable } from '../database/index.ts';
import { type Diagnostic, type Outcome, type Refusal, refuse, success } from '../diagnostics/index.ts';
import {
  addHold as addToState,
  appendAudit,
  everyAvoid,
  type FormerAvoid,
  findHolds,
  type Hold,
  type HoldScope,
  holdStops,
  liftAvoids,
  liftHold as liftInState,
  listHolds as listInState,
} from '../state/index.ts';
import type { JsonObject } from '../values/index.ts';
import { requireEnvironment } from './environments.ts';
import { asOutcome, type OperationContext, type Session, withSession } from './session.ts';
import { requireTarget } from './targets.ts';
import { touchedTargets } from './touched-targets.ts';

interface Waiting {
  readonly lockTimeoutMs: number;
}

/** What stands in the way of releases until it is lifted. */
export type HoldView =
  /** A version that a target does not go to by itself. */
  | ({ readonly kind: 'avoid'; readonly version: string; readonly release: string } & Held)
  /** A hold that somebody added: it stops releases, of whatever version. */
  | ({
      readonly kind: 'hold';
      readonly id: string;
      /** Null where it does not stop all targets of an environment. */
      readonly environment: string | null;
      readonly by: string;
      /** When it begins; null where it was in force at once. */
      readonly from: string | null;
      readonly until: string | null;
    } & Held);

interface Held {
  /** Null where it stops more than one target. */
  readonly target: string | null;
  readonly reason: string;
  readonly since: string;
  readonly state: Hold['state'];
  readonly lifted: { readonly at: string; readonly by: string; readonly reason: string } | null;
}

const liftedView = (lifted: Hold['lifted']): Held['lifted'] => lifted && { ...lifted, at: lifted.at.toISOString() };

export const holdView = ({
  id,
  target,
  environment,
  reason,
  by,
  at,
  begins,
  until,
  state,
  lifted,
}: Hold): HoldView => ({
  kind: 'hold',
  ...{ id, target, environment, reason, by },
  since: at.toISOString(),
  from: begins?.toISOString() ?? null,
  until: until?.toISOString() ?? null,
  state,
  lifted: liftedView(lifted),
});

const avoidView = (target: string, { version, reason, releaseId, at, lifted }: FormerAvoid): HoldView => ({
  kind: 'avoid',
  ...{ target, version, reason },
  release: releaseId,
  since: at.toISOString(),
  state: lifted ? 'lifted' : 'in_force',
  lifted: liftedView(lifted),
});

interface HoldsRequest extends Waiting {
  readonly targets: readonly string[];
  /** What was lifted, and what is over, as well. */
  readonly all?: boolean;
}

/** `m3forge hold list`: what stops releases or will, and avoided versions by target. */
export const listHolds = (context: OperationContext, request: HoldsRequest): Promise<Outcome<readonly HoldView[]>> =>
  withSession(
    context,
    { command: 'm3forge hold list', permit: 'view', ...request },
    async ({ config, state, place }) => {
      const targets = (request.targets.length > 0 ? request.targets : [...config.targets.keys()]).map((name) =>
        requireTarget(config, name),
      );
      const isWanted = (one: { readonly state: Hold['state'] }): boolean =>
        request.all === true || one.state === 'in_force' || one.state === 'to_come';
      const holds = (await listInState(state)).filter(
        (hold) => isWanted(hold) && (request.targets.length === 0 || targets.some((target) => holdStops(hold, target))),
      );
      const avoided: HoldView[] = [];
      const unreachable: Diagnostic[] = [];
      for (const target of targets) {
        // What stops releases is told all the same where a place cannot be asked: that may be why they are stopped.
        const status = await asOutcome(async () => success(await (await place(target)).store.status()));
        if (!status.ok)
          unreachable.push(...status.diagnostics.map((one) => ({ ...one, severity: 'warning' as const })));
        const avoids = status.ok && status.value ? await everyAvoid(state, status.value.placeId) : [];
        avoided.push(...avoids.map((avoid) => avoidView(target.name, avoid)).filter(isWanted));
      }
      return success([...holds.map(holdView), ...avoided], unreachable);
    },
  );

export interface HoldRequest {
  /** Those that it stops; every one, those of later configurations included, where none is named. */
  readonly targets: readonly string[];
  /** All targets of this environment, those of later configurations included. */
  readonly environment?: string | undefined;
  readonly reason: string;
  /** When it begins; at once where it is not given. */
  readonly from?: Date | undefined;
  readonly until: Date | null;
}

/** What is to be held: a hold for each. */
const scopesOf = ({ config }: Session, { targets, environment }: HoldRequest): readonly HoldScope[] => {
  if (environment !== undefined) {
    requireEnvironment(config, environment);
    return [{ target: null, environment }];
  }
  const names = new Set(targets.map((name) => requireTarget(config, name).name));
  return names.size === 0
    ? [{ target: null, environment: null }]
    : [...names].map((target) => ({ target, environment: null }));
};

const addOne = async (
  { config, context, tell }: Session,
  transaction: Queryable,
  scope: HoldScope,
  { reason: said, from, until }: HoldRequest,
): Promise<string> => {
  const { actor, system, redactor } = context;
  const reason = redactor.redact(said);
  const id = system.ids.uuid();
  const { target } = scope;
  const environment = target === null ? scope.environment : (config.targets.get(target)?.environment ?? null);
  const times = { begins: from?.toISOString() ?? null, until: until?.toISOString() ?? null };
  const detail = { target, reason, ...times };
  await appendAudit(transaction, system, { actor, event: 'hold.added', subject: id, environment, detail });
  if (!(await addToState(transaction, { id, ...scope, reason, by: actor, begins: from ?? null, until }))) {
    throw refuse('hold-over', {
      detail: `${times.until ?? ''} is in the past.`,
      hint: 'Name a time that is to come, or leave --until out.',
    });
  }
  await tell(transaction, { event: 'hold_added', hold: id, environment, by: actor, ...detail });
  return id;
};

/** `m3forge hold add`: stops releases. What is under way goes on, and going back stays possible. */
export const addHold = (
  context: OperationContext,
  request: Waiting & HoldRequest,
): Promise<Outcome<readonly HoldView[]>> =>
  withSession(context, { command: 'm3forge hold add', permit: 'hold', ...request, tells: true }, async (session) => {
    const { state } = session;
    const scopes = scopesOf(session, request);
    for (const scope of scopes) await session.authorize('hold', await touchedTargets(session, scope));
    const ids = await state.transaction(async (transaction) => {
      const added: string[] = [];
      for (const scope of scopes) added.push(await addOne(session, transaction, scope, request));
      return added;
    });
    return success((await listInState(state)).filter(({ id }) => ids.includes(id)).map(holdView));
  });

/** What is to be lifted: a hold by the beginning of its id, or an avoided version of a target. */
export type Lift =
  | { readonly hold: string }
  | { readonly hold?: undefined; readonly target: string; readonly version: string };

const nothingToLift = (detail: string): Error =>
  refuse('hold-unknown', { detail, hint: 'What can be lifted is listed by:\n\n    m3forge hold list' });

/** Returns the whole id. */
const liftOne = async (session: Session, id: string, reason: string): Promise<string> => {
  const { state, config, context, tell } = session;
  const found = /^[0-9a-f-]{4,36}$/.test(id) ? await findHolds(state, id) : [];
  const [hold] = found;
  if (!hold) throw nothingToLift(`No hold in force or to come has the id "${id}".`);
  if (found.length > 1) throw refuse('hold-ambiguous', { detail: `More than one hold begins with "${id}".` });
  await session.authorize('lift', await touchedTargets(session, hold));
  return state.transaction(async (transaction) => {
    const { actor, system } = context;
    const environment =
      hold.target === null ? hold.environment : (config.targets.get(hold.target)?.environment ?? null);
    const detail = { target: hold.target, held_for: hold.reason, reason };
    await appendAudit(transaction, system, { actor, event: 'hold.lifted', subject: hold.id, environment, detail });
    if (!(await liftInState(transaction, { id: hold.id, by: actor, reason }))) {
      throw nothingToLift(`The hold ${hold.id} was lifted meanwhile.`);
    }
    const told = { hold: hold.id, environment, by: actor, version: null, ...detail };
    await tell(transaction, { event: 'hold_lifted', ...told });
    return hold.id;
  });
};

/** Nobody lifts what is avoided without a word. */
export const withoutReason = (
  { version, reason }: { readonly version: string; readonly reason: string },
  target: string,
): Refusal =>
  refuse('usage-flag-missing', {
    detail: `${version} is avoided in this place: ${reason}`,
    address: target,
    hint: 'Say with --reason why it may be tried again.',
  });

/** Which version a place need not avoid any more, and why. */
export interface LiftedVersion {
  readonly placeId: string;
  readonly target: string;
  readonly environment: string;
  readonly version: string;
  readonly reason: string;
  /** What else the audit trail keeps of it. */
  readonly because?: JsonObject;
}

/** Lets a place go to a version by itself again; false where it did not avoid it. */
export const liftAvoided = async (session: Session, lifted: LiftedVersion): Promise<boolean> => {
  const { state, context, tell } = session;
  await session.authorize('lift', [lifted.target]);
  return state.transaction(async (transaction) => {
    const { actor, system } = context;
    const { placeId, target, environment, version, because } = lifted;
    const reason = context.redactor.redact(lifted.reason);
    if ((await liftAvoids(transaction, { placeId, version, by: actor, reason })) === 0) return false;
    const detail = { target, version, reason, ...because };
    await appendAudit(transaction, system, { actor, event: 'hold.lifted', subject: placeId, environment, detail });
    const told = { hold: placeId, target, environment, version, reason, held_for: null, by: actor };
    await tell(transaction, { event: 'hold_lifted', ...told });
    return true;
  });
};

const liftVersion = async (
  session: Session,
  { target: name, version }: { readonly target: string; readonly version: string },
  reason: string,
): Promise<void> => {
  const target = requireTarget(session.config, name);
  const placeId = (await (await session.place(target)).store.status())?.placeId;
  const { environment } = target;
  const lifted =
    placeId !== undefined && (await liftAvoided(session, { placeId, target: name, environment, version, reason }));
  if (!lifted) throw nothingToLift(`"${name}" does not avoid ${version}.`);
};

/** `m3forge hold lift`: lets releases go on, or a target go to a version again. Audited with its reason. */
export const liftHold = (
  context: OperationContext,
  request: Waiting & { readonly lift: Lift; readonly reason: string },
): Promise<Outcome<Lift>> =>
  withSession<Lift>(
    context,
    { command: 'm3forge hold lift', permit: 'lift', ...request, tells: true },
    async (session) => {
      const { lift } = request;
      const reason = session.context.redactor.redact(request.reason);
      if (lift.hold !== undefined) return success({ hold: await liftOne(session, lift.hold, reason) });
      await liftVersion(session, lift, reason);
      return success(lift);
    },
  );
