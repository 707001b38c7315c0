import { type Diagnostic, Refusal } from '../diagnostics/index.ts';
import type { ExecutorState, Gateway, Publishing } from '../provider/index.ts';
import type { OpenGateway } from './open-gateway.ts';

/** What one gateway said, or why it said nothing. */
export type GatewayReading = { readonly id: string; readonly drained: boolean } & (
  | {
      readonly reachable: true;
      readonly version: string | undefined;
      /** The path that answered, and how long that took. */
      readonly path: string;
      readonly latencyMs: number;
      readonly executors: readonly ExecutorState[];
      readonly publishing: Publishing;
      /** Why it would take no invocation; only where that was asked. */
      readonly tokenFault?: Diagnostic | undefined;
    }
  | { readonly reachable: false; readonly diagnostics: readonly Diagnostic[] }
);

const asConfigured: Publishing = { possible: false, why: 'the configuration says never' };

/** Why the gateway would take no invocation of ours; undefined where it would. */
const tokenFaultOf = async (
  { gateway }: OpenGateway,
  signal: AbortSignal | undefined,
): Promise<Diagnostic | undefined> => {
  try {
    await gateway.checkToken(signal);
    return undefined;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error.diagnostics[0];
  }
};

export interface Asking {
  readonly signal?: AbortSignal | undefined;
  /** Also whether invocations would be taken. */
  readonly invokes?: boolean;
}

const readOne = async (open: OpenGateway, { signal, invokes }: Asking): Promise<GatewayReading> => {
  const { id, drained, publish, gateway } = open;
  try {
    // One after the other: where the first is not answered, nobody waits for the others too.
    const { version, path, latencyMs } = await gateway.health(signal);
    const executors = await gateway.executors(signal);
    const publishing = publish ? await gateway.publishing(signal) : asConfigured;
    const tokenFault = invokes && !drained ? await tokenFaultOf(open, signal) : undefined;
    return { id, drained, reachable: true, version, path, latencyMs, executors, publishing, tokenFault };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { id, drained, reachable: false, diagnostics: error.diagnostics };
  }
};

/** What another gateway of the same environment runs; undefined where it does not say, or cannot be asked. */
export interface PeerReading {
  readonly id: string;
  readonly version: string | undefined;
}

/** A gateway of which only the version matters; `gateway` is undefined where it cannot be opened here. */
export interface Peer {
  readonly id: string;
  readonly drained: boolean;
  readonly gateway: Pick<Gateway, 'health'> | undefined;
}

/** Asks gateways for nothing but their versions. One that is drained is being replaced, and counts for nothing. */
export const readPeers = (
  peers: readonly Peer[],
  { signal }: Pick<Asking, 'signal'>,
): Promise<readonly PeerReading[]> =>
  Promise.all(
    peers
      .filter(({ drained }) => !drained)
      .map(async ({ id, gateway }) => {
        try {
          return { id, version: (await gateway?.health(signal))?.version };
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          return { id, version: undefined };
        }
      }),
  );

/** Asks gateways how they are, all at once, in their order. */
export const readGateways = (
  gateways: readonly OpenGateway[],
  asking: Asking = {},
): Promise<readonly GatewayReading[]> => Promise.all(gateways.map((gateway) => readOne(gateway, asking)));
