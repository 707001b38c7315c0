import { isDeepStrictEqual } from 'node:util';
import { planMark, planOf, withoutMark } from '../artifacts/index.ts';
import { type Diagnostic, Refusal, refuse, warning } from '../diagnostics/index.ts';
import type { ArtifactStore, Planner, PlannerOrder } from '../provider/index.ts';
import { type Digest, digestOf, isJsonObject, type JsonObject, type JsonValue } from '../values/index.ts';
import { type Limit, withinLimit } from './limit.ts';
import type { OpenGateway } from './open-gateway.ts';

/** To which sequence of a place its gateways are brought. */
export interface FollowOrder {
  readonly gateways: readonly OpenGateway[];
  readonly store: ArtifactStore;
  readonly placeId: string;
  readonly seq: number;
  /** The version of the sequence; null where nothing is active. */
  readonly version: string | null;
  /** When it ends, however far it is. */
  readonly limit: Limit;
  /** What cuts it short besides; the way back is cut short by nothing else. */
  readonly signal?: AbortSignal | undefined;
}

export interface Followed {
  /** Planners that were put there, replaced or removed. */
  readonly published: number;
  readonly reloaded: number;
  readonly warnings: readonly Diagnostic[];
}

/** A plan with the mark of whose it is: from which body it was released, and what it was then, so that an edit shows. */
const withMark = (plan: JsonObject, placeId: string, digest: Digest): JsonObject => ({
  ...plan,
  [planMark]: { place: placeId, digest, plan: digestOf(plan) },
});

/**
 * The digest of the body from which m3forge put a planner there, `edited` where somebody changed it since; undefined for
 * what is not from this place, which is never touched.
 */
const ownDigest = ({ definition, source }: Planner, placeId: string): Digest | 'edited' | undefined => {
  const owner = definition?.[planMark];
  if (source !== 'json' || !definition || !isJsonObject(owner) || owner.place !== placeId) return undefined;
  return owner.plan === digestOf(withoutMark(definition)) ? (String(owner.digest) as Digest) : 'edited';
};

/** What has to be done at one gateway, found from its list of planners. Pure. */
const differencesAt = (planners: readonly Planner[], wanted: ReadonlyMap<string, Digest>, placeId: string) => {
  const remove = planners
    .filter((planner) => !wanted.has(planner.name) && ownDigest(planner, placeId) !== undefined)
    .map(({ name }) => name);
  const there = new Map(planners.map((planner) => [planner.name, planner]));
  const put: { readonly name: string; readonly digest: Digest; readonly present: Planner | undefined }[] = [];
  const foreign: typeof put = [];
  for (const [name, digest] of wanted) {
    const present = there.get(name);
    const own = present && ownDigest(present, placeId);
    if (present && own === undefined) foreign.push({ name, digest, present });
    else if (own !== digest) put.push({ name, digest, present });
  }
  return { remove, put, foreign };
};

const textIn = (value: JsonValue | undefined): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

/** What a file says of its workflow beside the plan. */
const detailsIn = (document: JsonValue): Omit<PlannerOrder, 'name' | 'definition'> => {
  const { version, description, category, tags } = isJsonObject(document) ? document : {};
  const [described, placed] = [textIn(description), textIn(category)];
  const labels = Array.isArray(tags) ? (tags as readonly JsonValue[]).flatMap((tag) => textIn(tag) ?? []) : [];
  return {
    version: textIn(version) ?? '1.0.0',
    ...(described !== undefined && { description: described }),
    ...(placed !== undefined && { category: placed }),
    ...(labels.length > 0 && { tags: labels }),
  };
};

type Documents = (digests: readonly Digest[]) => Promise<ReadonlyMap<Digest, JsonValue>>;

const documentsIn =
  (store: ArtifactStore): Documents =>
  async (digests) => {
    const documents = new Map<Digest, JsonValue>();
    for await (const { digest, body } of store.bodies([...new Set(digests)])) {
      documents.set(digest, JSON.parse(body.toString('utf8')) as JsonValue);
    }
    return documents;
  };

/** Puts one definition there and reads it back: a 2xx alone proves nothing. An update is two steps; a gateway knows no other. */
const put = async (
  { gateway, id }: OpenGateway,
  order: PlannerOrder,
  { replaces, signal }: { readonly replaces: boolean; readonly signal: AbortSignal | undefined },
): Promise<void> => {
  const { name, version, definition } = order;
  // An interruption waits until the new one is there: in between, the gateway would have none.
  if (replaces) await gateway.unregister(name, signal);
  await gateway.register(order);
  const there = await gateway.planner(name, signal);
  if (there?.version === version && isDeepStrictEqual(there.definition, definition)) return;
  throw refuse('gateway-planner-differs', {
    detail: `The gateway "${id}" took the planner "${name}" and ${there ? 'holds another one' : 'does not hold it'}.`,
    address: `gateway.${id}`,
  });
};

const notOurs = (id: string, name: string): Diagnostic =>
  warning('gateway-planner-foreign', {
    detail: `The gateway "${id}" has a planner "${name}" that m3forge did not put there; it stays as it is.`,
    address: `gateway.${id}`,
    hint: 'Remove it at the gateway to have the released one there.',
  });

const publish = async (
  open: OpenGateway,
  wanted: ReadonlyMap<string, Digest>,
  read: Documents,
  { placeId, signal }: Pick<FollowOrder, 'placeId' | 'signal'>,
): Promise<Pick<Followed, 'published' | 'warnings'>> => {
  const todo = differencesAt(await open.gateway.planners(signal), wanted, placeId);
  const documents = await read([...todo.put, ...todo.foreign].map(({ digest }) => digest));
  const planAt = (digest: Digest): JsonObject | undefined => planOf(documents.get(digest) ?? null);
  for (const name of todo.remove) await open.gateway.unregister(name, signal);
  for (const { name, digest, present } of todo.put) {
    const plan = planAt(digest);
    if (!plan) continue;
    const definition = withMark(plan, placeId, digest);
    const order = { name, ...detailsIn(documents.get(digest) ?? null), definition };
    await put(open, order, { replaces: present !== undefined, signal });
  }
  const others = todo.foreign.filter(
    ({ digest, present }) => !isDeepStrictEqual(present?.definition && withoutMark(present.definition), planAt(digest)),
  );
  return {
    published: todo.remove.length + todo.put.length,
    warnings: others.map(({ name }) => notOurs(open.id, name)),
  };
};

const asWarning = (diagnostic: Diagnostic): Diagnostic => ({ ...diagnostic, severity: 'warning' });

const bringOne = async (
  open: OpenGateway,
  { placeId, seq, version, store, signal }: FollowOrder,
  wanted: ReadonlyMap<string, Digest>,
): Promise<Followed> => {
  const takes = open.publish && (await open.gateway.publishing(signal)).possible;
  const done = takes
    ? await publish(open, wanted, documentsIn(store), { placeId, signal })
    : { published: 0, warnings: [] };
  if (open.reload === undefined) return { ...done, reloaded: 0 };
  await open.gateway.reload(open.reload, { place: placeId, seq, version }, signal);
  return { ...done, reloaded: 1 };
};

/** Those that anything can be published to or told. */
export const followersAmong = (gateways: readonly OpenGateway[]): readonly OpenGateway[] =>
  gateways.filter(({ publish: publishes, reload }) => publishes || reload !== undefined);

const wantedOf = async ({ seq, store }: Pick<FollowOrder, 'seq' | 'store'>): Promise<ReadonlyMap<string, Digest>> => {
  const lines = seq === 0 ? [] : await store.manifest(seq);
  return new Map(lines.filter(({ kind }) => kind === 'workflow').map(({ name, digest }) => [name, digest] as const));
};

/** Which gateways lack something, and why others could not be asked. */
export interface Behind {
  readonly gateways: readonly OpenGateway[];
  readonly unasked: readonly Diagnostic[];
}

const isBehind = async (
  { gateway }: OpenGateway,
  { placeId, signal }: Pick<FollowOrder, 'placeId' | 'signal'>,
  wanted: () => Promise<ReadonlyMap<string, Digest>>,
): Promise<boolean> => {
  if (!(await gateway.publishing(signal)).possible) return false;
  const { put: lacking, remove } = differencesAt(await gateway.planners(signal), await wanted(), placeId);
  return lacking.length > 0 || remove.length > 0;
};

/**
 * Those of the gateways to which something would be published, each asked by itself. A gateway that is only told to
 * reload shows nobody what it holds, and is none of them.
 */
export const gatewaysBehind = (order: FollowOrder): Promise<Behind> =>
  withinLimit(order.limit, order.signal, async ({ signal, reasons }) => {
    const gateways: OpenGateway[] = [];
    const unasked: Diagnostic[] = [];
    let known: Promise<ReadonlyMap<string, Digest>> | undefined;
    const wanted = () => {
      known ??= wantedOf(order);
      return known;
    };
    for (const open of order.gateways.filter(({ publish: publishes, drained }) => publishes && !drained)) {
      try {
        if (await isBehind(open, { ...order, signal }, wanted)) gateways.push(open);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        unasked.push(...reasons(open.id, error));
      }
    }
    return { gateways, unasked };
  });

/**
 * Brings gateways to what is active in a place: publishes what differs to those whose own API takes it, and tells those
 * that have something to reload. It goes by what each gateway holds, so that one that was started anew gets everything and
 * doing it twice does no harm. Each is tried; what failed at any is thrown at the end, unless that one is drained.
 */
export const bringGateways = (order: FollowOrder): Promise<Followed> =>
  withinLimit(order.limit, order.signal, async ({ signal, reasons }) => {
    const wanted = await wantedOf(order);
    const failures: Diagnostic[] = [];
    const all: Followed[] = [];
    for (const open of followersAmong(order.gateways)) {
      try {
        all.push(await bringOne(open, { ...order, signal }, wanted));
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        const why = reasons(open.id, error);
        if (open.drained) all.push({ published: 0, reloaded: 0, warnings: why.map(asWarning) });
        else failures.push(...why);
      }
    }
    if (failures.length > 0) throw new Refusal(failures);
    const sum = (key: 'published' | 'reloaded'): number => all.reduce((total, followed) => total + followed[key], 0);
    return {
      published: sum('published'),
      reloaded: sum('reloaded'),
      warnings: all.flatMap(({ warnings }) => warnings),
    };
  });
