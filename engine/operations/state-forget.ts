import { type Outcome, refuse, success } from '../diagnostics/index.ts';
import {
  acquireLease,
  type ForgottenPlace,
  forgetPlace,
  forgetVersion,
  type RecordedPlace,
  readRecords,
} from '../state/index.ts';
import { type OperationContext, type Session, withSession } from './session.ts';
import { resolveAddress } from './state-records.ts';

export interface ForgetRequest {
  readonly address: string;
  readonly reason: string | null;
  readonly lockTimeoutMs: number;
  /** Asked before anything is forgotten. */
  readonly confirm: (what: { readonly address: string; readonly consequence: string }) => Promise<boolean>;
}

/** What was forgotten. */
export interface Forgotten extends ForgottenPlace {
  readonly address: string;
}

const underLease = async (session: Session, place: RecordedPlace, request: ForgetRequest): Promise<ForgottenPlace> => {
  const { context, state } = session;
  const { system, actor, ciRun } = context;
  // The lease alone: a fence would be written into the place, which is not touched and may not be there any more.
  const lease = await acquireLease(state, system, {
    address: place.address,
    environment: place.environment,
    placeId: place.id,
    holder: actor,
    operation: 'state forget',
    ciRun,
    timeoutMs: request.lockTimeoutMs,
  });
  try {
    return await forgetPlace(state, system, lease, { actor, reason: request.reason });
  } finally {
    await lease.release();
  }
};

const notForgettable = (address: string, isConfiguration: boolean) => {
  if (address.startsWith('changeset.')) {
    return refuse('state-not-forgettable', {
      detail: `${address} cannot be forgotten: it says where what was merged went.`,
      hint: 'Changes that no version has are taken out of it:\n\n    m3forge changeset remove CHANGESET --pull-request NUMBER --reason TEXT',
    });
  }
  return refuse('state-not-forgettable', {
    detail: `${address} cannot be forgotten by itself: it belongs to the ${isConfiguration ? 'configuration' : 'history of its place'}.`,
    hint: isConfiguration
      ? 'Take it out of the file; what is not there any more is forgotten by:\n\n    m3forge plan --allow-deletes --out plan.json\n    m3forge apply plan.json'
      : 'Places and versions can be forgotten. Old backups are removed by:\n\n    m3forge backup prune --target TARGET',
  });
};

/**
 * `m3forge state forget`: takes a place with its history, or a version, out of what is recorded. Under the lease of the
 * place, audited, and without any connection to it.
 */
export const forget = (context: OperationContext, request: ForgetRequest): Promise<Outcome<Forgotten>> =>
  withSession(
    context,
    { command: 'm3forge state forget', permit: 'manage', lockTimeoutMs: request.lockTimeoutMs, tells: true },
    async (session) => {
      const { state } = session;
      const records = await readRecords(state);
      const address = resolveAddress(records, request.address);
      const place = records.places.find(({ id }) => address === `place.${id}`);
      if (!place && !address.startsWith('version.')) {
        throw notForgettable(
          address,
          records.declared.some((one) => one.address === address),
        );
      }
      const consequence = place
        ? `Its releases, their logs and the records of its backups are forgotten. The place ${place.address} stays as it is.`
        : 'Its tag may mean something else from then on.';
      if (!(await request.confirm({ address, consequence }))) {
        throw refuse('apply-declined', { detail: 'Nothing was forgotten.' });
      }
      const reason = request.reason === null ? null : context.redactor.redact(request.reason);
      if (place) return success({ address, ...(await underLease(session, place, { ...request, reason })) });
      await forgetVersion(state, context.system, address.slice('version.'.length), {
        actor: session.context.actor,
        reason,
      });
      return success({ address, releases: 0, backups: 0 });
    },
  );
