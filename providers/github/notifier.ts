import { Refusal } from '../../engine/diagnostics/index.ts';
import {
  type DeploymentOrder,
  isUnreadable,
  type Notice,
  type Notifier,
  type NotifierContext,
  type SourceControlContext,
  sourceControlAddress,
} from '../../engine/provider/index.ts';
import { Secret } from '../../engine/values/index.ts';
import { createClient, usualUrl } from './client.ts';
import { deploymentBody, deploymentStatusBody, ordersOf } from './orders.ts';

const states: readonly DeploymentOrder['state'][] = ['in_progress', 'success', 'failure'];

/** The release that a notice of the type `deployment.…` tells of. Each target is an environment of its own. Pure. */
const orderOf = ({ data, title }: Notice): DeploymentOrder => ({
  environment: String(data.target),
  commit: String(data.commit),
  version: String(data.version),
  state: states.find((one) => one === data.state) ?? 'failure',
  description: title,
  release: String(data.release),
  isProduction: data.is_production === true,
});

/**
 * The host takes others and not this one, such as of a commit that was never pushed there. Whatever answers in its place
 * takes none.
 */
const ofThisMessage = (error: unknown): unknown =>
  error instanceof Refusal &&
  !isUnreadable(error) &&
  error.diagnostics.every(({ code }) => code === 'source-control-answer')
    ? new Refusal(
        error.diagnostics.map((one) => ({ ...one, code: 'notifier-message-refused' as const })),
        { cause: error },
      )
    : error;

const contextOf = ({ system, options, redact }: NotifierContext): SourceControlContext => ({
  ...{ system, redact, isBrief: true, repository: String(options.repository) },
  url: options.url === undefined ? undefined : String(options.url),
  token: options.token === undefined ? undefined : new Secret(String(options.token)),
});

/** Keeps releases as deployments beside their commits. Options: those of `source_control`. */
export const notifier = (given: NotifierContext): Notifier => {
  const context = contextOf(given);
  const { url, owner, repo, label } = sourceControlAddress(context, usualUrl);
  const deployments = `POST ${url}/repos/${owner}/${repo}/deployments`;
  return {
    label,
    compose: (notice) => {
      const order = orderOf(notice);
      return [
        { to: deployments, headers: {}, body: JSON.stringify(deploymentBody(order)) },
        { to: `${deployments}/ID/statuses`, headers: {}, body: JSON.stringify(deploymentStatusBody(order)) },
      ];
    },
    send: async ({ notice, signal }) => {
      const { system } = context;
      const interrupted = AbortSignal.any([system.interrupted, signal]);
      const client = createClient({ ...context, system: { ...system, interrupted } });
      try {
        await ordersOf(client).deployment?.(orderOf(notice));
      } catch (error) {
        throw ofThisMessage(error);
      } finally {
        await client.close();
      }
      return { remark: undefined };
    },
  };
};
