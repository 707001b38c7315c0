import { Refusal } from '../../engine/diagnostics/index.ts';
import type { GatewayContext, GatewayHealth } from '../../engine/provider/index.ts';
import type { Connection } from './connection.ts';
import { memberOf, nameOf } from './reading.ts';

/** A stock gateway has no `/health`, a proxy before it may; `/` says no more than that it lives. */
const usualPaths = ['/status', '/health', '/'];

/** `marie.marie` of `/status` is the only place where a gateway says its version. */
const versionOf = async (connection: Connection, signal: AbortSignal | undefined): Promise<string | undefined> => {
  try {
    const { status, value } = await connection.json({ path: '/status', signal });
    return status === 200 ? nameOf(memberOf(memberOf(value, 'marie'), 'marie')) : undefined;
  } catch (error) {
    // A page in its place says that it lives; silence and refusal do not.
    const says = error instanceof Refusal ? error.diagnostics.map(({ code }) => code) : [];
    if (says.includes('gateway-answer-invalid') || says.includes('gateway-error')) return undefined;
    throw error;
  }
};

/** Asks the paths in order until one answers as it should. */
const firstAlive = async (
  connection: Connection,
  paths: readonly string[],
  signal: AbortSignal | undefined,
): Promise<string> => {
  let last = '';
  for (const path of paths) {
    const { status } = await connection.send({ path, signal });
    if (status >= 200 && status <= 299) return path;
    last = `answers ${path} with HTTP ${status}.`;
  }
  throw connection.refuse('gateway-error', last);
};

export const healthOf =
  ({ healthPath, system }: GatewayContext, connection: Connection) =>
  async (signal?: AbortSignal): Promise<GatewayHealth> => {
    const began = system.clock.monotonicMs();
    const latency = (): number => Math.round(system.clock.monotonicMs() - began);
    if (healthPath !== 'auto') {
      const path = await firstAlive(connection, [healthPath], signal);
      const latencyMs = latency();
      return { version: await versionOf(connection, signal), path, latencyMs };
    }
    const version = await versionOf(connection, signal);
    const latencyMs = latency();
    if (version !== undefined) return { version, path: '/status', latencyMs };
    return { version, path: await firstAlive(connection, usualPaths, signal), latencyMs };
  };
