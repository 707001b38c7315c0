import type { Config } from '../config/index.ts';
import type { Queryable } from '../database/index.ts';
import { findVersions, type Happening, type ReleaseFacts, type Sink } from '../state/index.ts';

/** The host of the repository, which keeps releases beside their commits. */
export interface Mirror {
  readonly sink: Sink;
  readonly isProduction: (environment: string) => boolean;
}

/** Where releases are mirrored, in the words of the configuration; undefined where nobody asked for it. Pure. */
export const mirrorOf = ({ sourceControl, environments }: Pick<Config, 'sourceControl' | 'environments'>) => {
  if (!sourceControl?.deployments) return undefined;
  const { provider, repository, token, url } = sourceControl;
  const options = { repository, ...(token && { token: token.text }), ...(url && { url: url.text }) };
  const isProduction = (name: string): boolean => environments.get(name)?.type === 'production';
  return { sink: { provider, options }, isProduction } satisfies Mirror;
};

type Deployment = Extract<Happening, { readonly event: 'deployment' }>;

/** What the host is told by what happened; undefined where it is no release, or one that never began. Pure. */
export const stateOfDeployment = (happening: Happening): Deployment['state'] | undefined => {
  switch (happening.event) {
    case 'started':
      return 'in_progress';
    case 'succeeded':
      return 'success';
    case 'failed':
      // Its gates stopped it before it began.
      return happening.failure.step === 'gates' ? undefined : 'failure';
    case 'rolled_back':
    case 'rollback_failed':
      return 'failure';
    case 'recovered':
      return happening.outcome === 'succeeded' ? 'success' : 'failure';
    default:
      return undefined;
  }
};

/** The same release for the host, with the commit of its version as it is recorded; undefined where it has none. */
export const mirrored = async (
  transaction: Pick<Queryable, 'query'>,
  mirror: Mirror,
  happening: Happening,
): Promise<Deployment | undefined> => {
  const state = stateOfDeployment(happening);
  if (state === undefined) return undefined;
  // Only releases of a target come to a state.
  const { release, kind, target, environment, version, from, by } = happening as Happening & ReleaseFacts;
  const [recorded] = await findVersions(transaction, [version]);
  if (!recorded?.commit) return undefined;
  const facts: ReleaseFacts = { release, kind, target, environment, version, from, by, reason: null };
  return {
    event: 'deployment',
    state,
    commit: recorded.commit,
    is_production: mirror.isProduction(environment),
    ...facts,
  };
};
