import type { ParsedDocument } from '../documents/index.ts';
import type { StructuralPath } from '../values/index.ts';
import type { Config, GatewayConfig } from './config.ts';
import type { ConfigFile } from './file.ts';
import type { GatewayFile, GatewayReferenceFile } from './file-gateways.ts';
import type { TargetFile } from './file-targets.ts';
import { entriesOf } from './named-entries.ts';

/** The keys by which environments and targets name their gateways. */
export interface GatewayKeys {
  readonly gateways?: readonly (GatewayReferenceFile | null)[];
  readonly gateway_id?: string;
  readonly gateway_url?: string;
  readonly health_check_url?: string;
  readonly verify_ssl?: boolean;
}

/** One place where a gateway is named or described. `path` leads to it, `urlPath` to what says its URL. */
export interface Mention {
  readonly id: string;
  readonly path: StructuralPath;
  readonly urlPath: StructuralPath;
  /** What is said of it here; undefined where it is only named. */
  readonly written: Partial<GatewayFile> | undefined;
}

const referenceAt = (reference: GatewayReferenceFile, path: StructuralPath): Mention => {
  if (typeof reference === 'string') return { id: reference, path, urlPath: path, written: undefined };
  const { url, weight } = reference;
  const written = { ...(url !== undefined && { url }), ...(weight !== undefined && { weight }) };
  return { id: reference.id ?? '', path, urlPath: [...path, 'url'], written };
};

/** The gateways that an environment or a target names, in order. `name` gives one without an id its own. */
export const mentionsIn = (keys: GatewayKeys, name: string, path: StructuralPath): readonly Mention[] => {
  const listed = (keys.gateways ?? []).flatMap((reference, index) =>
    reference === null ? [] : [referenceAt(reference, [...path, 'gateways', index])],
  );
  const { gateway_id: id, gateway_url: url, health_check_url: health, verify_ssl: verify } = keys;
  if (id === undefined && url === undefined) return listed;
  const own: Mention = {
    id: id ?? `gateway-${name}`,
    path: [...path, id === undefined ? 'gateway_url' : 'gateway_id'],
    urlPath: [...path, 'gateway_url'],
    written:
      url === undefined
        ? undefined
        : {
            url,
            ...(health !== undefined && { health_check_url: health }),
            ...(verify !== undefined && { verify_ssl: verify }),
          },
  };
  return [...listed, own];
};

/** The gateways at the top of the file: by id, or as a list. */
export const mentionsAtTop = (written: ConfigFile): readonly Mention[] => {
  const at = (id: string, path: StructuralPath, gateway: GatewayFile): Mention => ({
    id,
    path,
    urlPath: [...path, 'url'],
    written: gateway,
  });
  const { gateways } = written;
  if (Array.isArray(gateways)) {
    return (gateways as readonly (GatewayFile | null)[]).flatMap((gateway, index) =>
      gateway === null ? [] : [at(gateway.id ?? '', ['gateways', index], gateway)],
    );
  }
  return entriesOf<GatewayFile>(gateways as Readonly<Record<string, GatewayFile>> | undefined).map(([id, gateway]) =>
    at(id, ['gateways', id], gateway),
  );
};

/** Every place where a gateway is named, what describes it first. */
export const allMentions = (written: ConfigFile): readonly Mention[] => [
  ...mentionsAtTop(written),
  ...entriesOf(written.environments).flatMap(([name, entry]) => mentionsIn(entry, name, ['environments', name])),
  ...entriesOf<TargetFile>(written.targets).flatMap(([name, entry]) => mentionsIn(entry, name, ['targets', name])),
];

/** The path of a health check that is said as a URL of the gateway; undefined where it is one of something else. */
export const pathOfHealthUrl = (health: string, gateway: string): string | undefined => {
  if (health.startsWith('/')) return health;
  const root = gateway.replace(/\/+$/, '');
  return health.startsWith(`${root}/`) ? health.slice(root.length) : undefined;
};

const healthPathOf = ({ health_check: check, health_check_url: url, url: gateway }: Partial<GatewayFile>): string =>
  check?.path ?? (url === undefined ? undefined : pathOfHealthUrl(url, gateway ?? '')) ?? 'auto';

/** A gateway as one mention describes it. */
export const gatewayOf = (
  { id, path, urlPath, written = {} }: Mention,
  locate: ParsedDocument['locate'],
): GatewayConfig => ({
  id,
  name: written.name ?? id,
  url: { text: written.url ?? '', range: locate(urlPath) },
  ...(written.token !== undefined && { token: { text: written.token, range: locate([...path, 'token']) } }),
  healthPath: healthPathOf(written),
  timeoutMs: written.timeout_ms ?? 30_000,
  verifyTls: written.verify_ssl ?? true,
  weight: written.weight ?? 100,
  ...(written.region !== undefined && { region: written.region }),
  ...(written.environment !== undefined && { environment: written.environment }),
  publish: (written.publish ?? 'auto') === 'auto',
  ...(written.reload?.path !== undefined && { reload: written.reload.path }),
  at: (inside) => locate([...path, ...inside]),
});

/** All gateways, by id. What is named and described nowhere is a finding of the rules, and none of these. */
export const gatewaysOf = (
  written: ConfigFile,
  locate: ParsedDocument['locate'],
): ReadonlyMap<string, GatewayConfig> => {
  const gateways = new Map<string, GatewayConfig>();
  for (const mention of allMentions(written)) {
    if (mention.written?.url !== undefined && !gateways.has(mention.id)) {
      gateways.set(mention.id, gatewayOf(mention, locate));
    }
  }
  return gateways;
};

/** Which gateways an environment or target has, with the weight that it gives them. */
export const referencesOf = (
  keys: GatewayKeys,
  name: string,
  path: StructuralPath,
  gateways: ReadonlyMap<string, GatewayConfig>,
): readonly GatewayConfig[] => {
  // The same gateway may be listed and named by its alias.
  const found = new Map<string, GatewayConfig>();
  for (const { id, written } of mentionsIn(keys, name, path)) {
    const gateway = gateways.get(id);
    if (!gateway || found.has(id)) continue;
    found.set(id, written?.weight === undefined ? gateway : { ...gateway, weight: written.weight });
  }
  return [...found.values()];
};

/** All gateways of an environment, each once: its own, and those of its targets. */
export const gatewaysWithin = (
  { environments, targets }: Pick<Config, 'environments' | 'targets'>,
  environment: string,
): readonly GatewayConfig[] => {
  const members = [...targets.values()].filter((target) => target.environment === environment);
  const all = [environments.get(environment), ...members].flatMap((one) => one?.gateways ?? []);
  // What the environment says of a weight counts before what a target says.
  return [...new Map(all.toReversed().map((gateway) => [gateway.id, gateway])).values()].toReversed();
};

/** The gateways that an environment names, and those that name it. */
export const gatewaysOfEnvironment = (
  keys: GatewayKeys,
  name: string,
  gateways: ReadonlyMap<string, GatewayConfig>,
): readonly GatewayConfig[] => {
  const named = referencesOf(keys, name, ['environments', name], gateways);
  const ids = new Set(named.map(({ id }) => id));
  return [...named, ...[...gateways.values()].filter(({ environment, id }) => environment === name && !ids.has(id))];
};
