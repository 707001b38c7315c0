import { expandExpression, faultOfGatewayUrl, type GatewayConfig, type TargetConfig } from '../config/index.ts';
import { type Diagnostic, Refusal, refuse } from '../diagnostics/index.ts';
import { type OpenGateway, type Peer, readNeeds, type WorkflowNeeds } from '../gateways/index.ts';
import type { Desired, KeptBodies, PlanSection } from '../plan/index.ts';
import type { ProviderHost } from '../provider/index.ts';
import type { System } from '../system/index.ts';
import { type Digest, type Redactor, Secret } from '../values/index.ts';

/** What opening a gateway takes. */
interface Surroundings {
  readonly system: System;
  readonly host: ProviderHost;
  readonly redactor: Redactor;
}

/** `gateway-dev` → `GATEWAY_TOKEN_GATEWAY_DEV` */
export const tokenVariable = (id: string): string => `GATEWAY_TOKEN_${id.toUpperCase().replaceAll('-', '_')}`;

const tokenOf = ({ system, redactor }: Surroundings, { id, token }: GatewayConfig): Secret | undefined => {
  const found = token === undefined ? system.env(tokenVariable(id)) : undefined;
  const expanded = token && expandExpression(token, system);
  if (expanded && !expanded.ok) throw new Refusal(expanded.diagnostics);
  const secret = expanded?.ok ? expanded.value : found ? new Secret(found) : undefined;
  if (secret) redactor.add(secret);
  return secret;
};

/** The URL as it is now. What an environment variable holds was not seen when the file was judged. */
const urlOf = ({ system }: Surroundings, { id, url }: GatewayConfig): string => {
  const expanded = expandExpression(url, system);
  if (!expanded.ok) throw new Refusal(expanded.diagnostics);
  const text = expanded.value.reveal();
  const fault = faultOfGatewayUrl(text);
  if (fault === undefined) return text;
  throw refuse('config-gateway', {
    detail: `The gateway "${id}" cannot be asked: ${text === url.text ? fault : 'what the variable holds is no usable URL'}.`,
    range: url.range,
    hint: 'Write where its paths begin, such as https://gateway.example.com, without user, query and fragment.',
  });
};

export interface Gateways {
  /** The gateways of a target, in the order of the file, each opened once. */
  readonly of: (configs: readonly GatewayConfig[]) => Promise<readonly OpenGateway[]>;
  /** What the changed workflows of a section need of them; read once, and nothing where the target has none. */
  readonly needs: (target: TargetConfig, section: PlanSection, desired: Desired) => Promise<readonly WorkflowNeeds[]>;
  /** Gateways of which only the version matters; one that cannot be opened here says none. */
  readonly peers: (configs: readonly GatewayConfig[]) => Promise<readonly Peer[]>;
  readonly close: () => Promise<void>;
}

/** What opening one rests on: the same gateway may be had as it was recorded and as the file has it now. */
const keyOf = ({ id, url, token, healthPath, timeoutMs, verifyTls, weight, publish, reload }: GatewayConfig): string =>
  JSON.stringify([id, url.text, token?.text, healthPath, timeoutMs, verifyTls, weight, publish, reload]);

/** Opens gateways as they are asked for, with URLs and tokens resolved, and closes all. */
export const createGateways = (context: Surroundings, kept: KeptBodies | undefined): Gateways => {
  const opened = new Map<string, Promise<OpenGateway>>();
  const known = new Map<Digest, Promise<readonly WorkflowNeeds[]>>();
  const open = async (config: GatewayConfig): Promise<OpenGateway> => {
    const { id, healthPath, timeoutMs, verifyTls, publish, reload } = config;
    const url = urlOf(context, config);
    const token = tokenOf(context, config);
    const { system } = context;
    const options = { system, id, url, token, healthPath, timeoutMs, verifyTls };
    const gateway = await context.host.open('marie', 'gateway', options);
    return { id, gateway, url, token, verifyTls, drained: config.weight === 0, publish, reload };
  };
  const bodies = async function* (desired: Desired, digests: ReadonlySet<Digest>) {
    for await (const found of desired.bodies(digests)) {
      // Writing will ask for it once more.
      kept?.keep(found.digest, Buffer.from(found.body));
      yield found;
    }
  };
  const of: Gateways['of'] = (configs) =>
    Promise.all(
      configs.map((config) => {
        const key = keyOf(config);
        const gateway = opened.get(key) ?? open(config);
        opened.set(key, gateway);
        return gateway;
      }),
    );
  return {
    of,
    peers: async (configs) => {
      const { open: others } = await openEach(of, configs);
      const byId = new Map(others.map((one) => [one.id, one.gateway]));
      return configs.map(({ id, weight }) => ({ id, drained: weight === 0, gateway: byId.get(id) }));
    },
    needs: (target, section, desired) => {
      if (target.gateways.length === 0) return Promise.resolve([]);
      const needs = known.get(section.digest) ?? readNeeds(section.changes, (digests) => bodies(desired, digests));
      known.set(section.digest, needs);
      return needs;
    },
    close: async () => {
      for (const gateway of await Promise.allSettled(opened.values())) {
        if (gateway.status === 'fulfilled') await gateway.value.gateway.close();
      }
    },
  };
};

/** Opens each by itself: one whose variable is not set keeps nobody from seeing the others. */
export const openEach = async (of: Gateways['of'], configs: readonly GatewayConfig[]) => {
  const open: OpenGateway[] = [];
  const unopened: Diagnostic[] = [];
  for (const config of configs) {
    try {
      open.push(...(await of([config])));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      unopened.push(...error.diagnostics);
    }
  }
  return { open, unopened };
};
