import { type Diagnostic, Refusal } from '../diagnostics/index.ts';
import type { ExecutorState, GatewayCapacity } from '../provider/index.ts';
import type { OpenGateway } from './open-gateway.ts';
import { type GatewayReading, readGateways } from './reading.ts';

export type TokenState = 'accepted' | 'refused' | 'none';

/** Everything that a gateway says of itself. */
export interface GatewayCheck {
  readonly id: string;
  readonly reading: GatewayReading;
  readonly executors: readonly ExecutorState[];
  /** Undefined where it does not say. */
  readonly capacity: GatewayCapacity | undefined;
  /** Undefined where it cannot be asked. */
  readonly token: TokenState | undefined;
  readonly planners: number | undefined;
  /** What it fails at, beyond being reachable. */
  readonly diagnostics: readonly Diagnostic[];
}

const attempt = async <T>(ask: () => Promise<T>, diagnostics: Diagnostic[]): Promise<T | undefined> => {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    diagnostics.push(...error.diagnostics);
    return undefined;
  }
};

/** Only what a gateway says of the token itself is about the token. */
const tokenState = async (
  { token, gateway }: OpenGateway,
  signal: AbortSignal,
  diagnostics: Diagnostic[],
): Promise<TokenState | undefined> => {
  if (!token) return 'none';
  const found: Diagnostic[] = [];
  const accepted = await attempt(async () => {
    await gateway.checkToken(signal);
    return true;
  }, found);
  diagnostics.push(...found);
  if (accepted) return 'accepted';
  return found.some(({ code }) => code === 'gateway-token-refused') ? 'refused' : undefined;
};

const checkOne = async (open: OpenGateway, signal: AbortSignal): Promise<GatewayCheck> => {
  const [reading] = await readGateways([open], { signal });
  if (!reading) throw new Error('one gateway has one reading');
  const nothing = { id: open.id, reading, executors: [], capacity: undefined, token: undefined, planners: undefined };
  if (!reading.reachable) return { ...nothing, diagnostics: [] };
  const diagnostics: Diagnostic[] = [];
  const capacity = await attempt(() => open.gateway.capacity(signal), diagnostics);
  const planners = await attempt(() => open.gateway.planners(signal), diagnostics);
  const token = await tokenState(open, signal, diagnostics);
  const { executors } = reading;
  return { id: open.id, reading, executors, capacity, token, planners: planners?.length, diagnostics };
};

/** Asks gateways all there is to ask, all at once, in their order. Runs nothing. */
export const checkGateways = (
  gateways: readonly OpenGateway[],
  signal: AbortSignal,
): Promise<readonly GatewayCheck[]> => Promise.all(gateways.map((open) => checkOne(open, signal)));
