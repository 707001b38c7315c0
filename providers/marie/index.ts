/**
 * A Marie-AI gateway over HTTP, as 4.0.0 really answers: health and version from `/status`, what its executors and slots
 * are, its planners, and runs through `/api/v1/invoke`.
 *
 * Promises that an answer counts only where its body says so, because a gateway says HTTP 200 to failures too; that each
 * exchange ends within its deadline and size; and that no text of it holds the token. It may not know why it is asked.
 */
import type { Gateway, GatewayContext, Provider } from '../../engine/provider/index.ts';
import { createConnection } from './connection.ts';
import { capacityOf, executorsOf } from './deployments.ts';
import { healthOf } from './health.ts';
import { plannersOf } from './planners.ts';
import { reloadOf, runsOf } from './runs.ts';

const gateway = (context: GatewayContext): Gateway => {
  const connection = createConnection(context);
  return {
    health: healthOf(context, connection),
    executors: executorsOf(connection),
    capacity: capacityOf(connection),
    ...plannersOf(connection),
    ...runsOf(connection, context.token),
    reload: reloadOf(connection),
    close: connection.close,
  };
};

export const marie: Provider = { name: 'marie', gateway };
