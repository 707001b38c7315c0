import type { SourceRange } from '../diagnostics/index.ts';
import { isJsonObject, type JsonObject, type JsonValue, mask } from '../values/index.ts';
import type { Expression, GatewayConfig } from './config.ts';
import { hasExpression, withoutPassword } from './expression.ts';

/** A gateway as it is compared and recorded. */
export const gatewayBody = (gateway: GatewayConfig): JsonObject => ({
  url: withoutPassword(gateway.url.text),
  // One that stands in the file as it is would be kept after it was changed there, where nobody takes it out any more.
  token: gateway.token && !hasExpression(gateway.token.text) ? mask : (gateway.token?.text ?? null),
  health_check: gateway.healthPath,
  timeout_ms: gateway.timeoutMs,
  verify_ssl: gateway.verifyTls,
  weight: gateway.weight,
  region: gateway.region ?? null,
  publish: gateway.publish ? 'auto' : 'never',
  reload: gateway.reload ?? null,
});

/** What an environment or a target names: an id, and its weight there where that is another than the gateway's own. */
const referenceBody = (
  { id, weight }: GatewayConfig,
  gateways: ReadonlyMap<string, Pick<GatewayConfig, 'weight'>>,
): JsonValue => (gateways.get(id)?.weight === weight ? id : { id, weight });

/** Which gateways an environment or a target has, in the order of the file. */
export const referenceBodies = (
  named: readonly GatewayConfig[],
  gateways: ReadonlyMap<string, Pick<GatewayConfig, 'weight'>>,
): readonly JsonValue[] => named.map((gateway) => referenceBody(gateway, gateways));

/** One gateway that a recorded or declared body names. */
export interface GatewayReference {
  readonly id: string;
  /** Undefined where it is the gateway's own. */
  readonly weight: number | undefined;
}

/** The gateways that the body of an environment or a target names; undefined where it says nothing of them. */
export const referencesIn = (body: JsonObject | undefined): readonly GatewayReference[] | undefined =>
  Array.isArray(body?.gateways)
    ? (body.gateways as readonly JsonValue[]).flatMap((one): readonly GatewayReference[] => {
        if (typeof one === 'string') return [{ id: one, weight: undefined }];
        if (!isJsonObject(one) || typeof one.id !== 'string') return [];
        return [{ id: one.id, weight: typeof one.weight === 'number' ? one.weight : undefined }];
      })
    : undefined;

/** What was recorded without its secret is taken from the file; it is no rule that anybody could be held to. */
const tokenIn = (body: JsonObject, written: GatewayConfig | undefined, range: SourceRange): Expression | undefined => {
  if (body.token === mask) return written?.token;
  return typeof body.token === 'string' ? { text: body.token, range } : undefined;
};

/**
 * A gateway as it was recorded, in the words of a file. `written` is what the file says of it now, undefined where it says
 * nothing any more; diagnostics point there, or else to where `at` says.
 */
export const gatewayIn = (
  id: string,
  body: JsonObject,
  written: GatewayConfig | undefined,
  at: GatewayConfig['at'],
): GatewayConfig => {
  const range = written?.url.range ?? at([]);
  const token = tokenIn(body, written, range);
  return {
    id,
    name: written?.name ?? id,
    url: { text: typeof body.url === 'string' ? body.url : '', range },
    ...(token && { token }),
    healthPath: typeof body.health_check === 'string' ? body.health_check : 'auto',
    timeoutMs: typeof body.timeout_ms === 'number' ? body.timeout_ms : 30_000,
    verifyTls: body.verify_ssl !== false,
    weight: typeof body.weight === 'number' ? body.weight : 100,
    ...(typeof body.region === 'string' && { region: body.region }),
    publish: body.publish !== 'never',
    ...(typeof body.reload === 'string' && { reload: body.reload }),
    at: written?.at ?? at,
  };
};
