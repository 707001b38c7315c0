import { Refusal } from '../../engine/diagnostics/index.ts';
import type { Gateway, Planner, PlannerOrder, Publishing } from '../../engine/provider/index.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../engine/values/index.ts';
import type { Answer, Connection } from './connection.ts';
import { memberOf, membersOf, objectsIn, textOf } from './reading.ts';

/**
 * How `POST /api/planners` wants a definition: with the name in the query, or everything in the body. A stock 4.0.0
 * gateway declares a form instead, into which no definition can be put: whatever is sent, it answers 422.
 */
type Manner = 'query' | 'body';

const referenced = (description: JsonValue, schema: JsonValue | undefined): JsonValue | undefined => {
  const reference = textOf(memberOf(schema, '$ref'));
  if (reference === undefined) return schema;
  const name = /^#\/components\/schemas\/(.+)$/.exec(reference)?.[1] ?? '';
  return memberOf(memberOf(memberOf(description, 'components'), 'schemas'), name);
};

/** What a gateway's own description says of publishing. Pure. */
const mannerIn = (description: JsonValue): { readonly manner: Manner } | { readonly why: string } => {
  const post = memberOf(memberOf(memberOf(description, 'paths'), '/api/planners'), 'post');
  if (post === undefined) return { why: 'it has no POST /api/planners' };
  const content = memberOf(memberOf(post, 'requestBody'), 'content');
  const json = memberOf(content, 'application/json');
  if (json === undefined) {
    const [[type = 'no body'] = []] = membersOf(content);
    return { why: `its POST /api/planners takes ${type}, into which no plan fits` };
  }
  const properties = memberOf(referenced(description, memberOf(json, 'schema')), 'properties');
  if (memberOf(properties, 'plan') === undefined) return { why: 'its POST /api/planners does not name a plan' };
  if (memberOf(properties, 'name') !== undefined) return { manner: 'body' };
  const inQuery = objectsIn(memberOf(post, 'parameters')).some(
    ({ name, in: place }) => name === 'name' && place === 'query',
  );
  return inQuery ? { manner: 'query' } : { why: 'its POST /api/planners does not ask for a name' };
};

/** A gateway that keeps its description to itself, or a proxy that does, takes no plan: that is no reason not to release. */
const isAnswered = (error: unknown): error is Refusal =>
  error instanceof Refusal && error.diagnostics.every(({ code }) => code.startsWith('gateway-'));

const mannerOf = async (connection: Connection, signal?: AbortSignal) => {
  try {
    const { status, value } = await connection.json({ path: '/openapi.json', signal });
    return status === 200 ? mannerIn(value) : { why: `it does not describe itself (HTTP ${status} for /openapi.json)` };
  } catch (error) {
    if (!isAnswered(error)) throw error;
    return { why: `it does not describe itself: ${error.diagnostics[0]?.detail.replace(/\.$/, '')}` };
  }
};

const plannerOf = (value: JsonObject): Planner => ({
  name: textOf(value.name) ?? '',
  version: textOf(value.version) ?? '',
  source: textOf(value.source_type) ?? '',
  definition: isJsonObject(value.plan_definition) ? value.plan_definition : undefined,
});

/** Names go into a path as they are asked for, slashes and all. */
const pathOf = (name: string): string => `/api/planners/${encodeURIComponent(name)}`;

/** Much less than the 8 KB that common proxies take. */
const longestQuery = 4000;

const registration = (how: Manner, { definition, tags, ...texts }: PlannerOrder) => {
  const body = { plan: definition, ...(tags && { tags }) };
  if (how === 'body') return { path: '/api/planners', body: { ...texts, ...body } };
  const query = new URLSearchParams(texts);
  // Servers and proxies refuse long paths, and a description is no reason not to publish.
  if (query.toString().length > longestQuery) query.delete('description');
  return { path: `/api/planners?${query.toString()}`, body };
};

/** Whether it said that something is wrong, or something that it never says. */
const codeFor = ({ status }: Answer): 'gateway-error' | 'gateway-answer-invalid' =>
  status >= 400 ? 'gateway-error' : 'gateway-answer-invalid';

type PlannerApi = Pick<Gateway, 'publishing' | 'planners' | 'planner' | 'register' | 'unregister'>;

/** Asks how definitions are taken. `known` once it was seen: whoever publishes a thousand asks for the description once. */
const createManners = (connection: Connection) => {
  let seen: { readonly manner: Manner } | undefined;
  const ask = async (signal?: AbortSignal) => {
    const found = await mannerOf(connection, signal);
    seen = 'manner' in found ? found : undefined;
    return found;
  };
  return { ask, known: async (signal?: AbortSignal) => seen ?? ask(signal) };
};

export const plannersOf = (connection: Connection): PlannerApi => {
  const manners = createManners(connection);
  return {
    publishing: async (signal): Promise<Publishing> => {
      const found = await manners.ask(signal);
      return 'manner' in found ? { possible: true } : { possible: false, why: found.why };
    },
    planners: async (signal) => {
      const answer = await connection.json({ path: '/api/planners', signal });
      const list = memberOf(answer.value, 'planners');
      if (answer.status !== 200 || !Array.isArray(list)) {
        throw connection.refuse(codeFor(answer), `does not list its planners (${connection.wordsOf(answer)}).`);
      }
      return objectsIn(list).map(plannerOf);
    },
    planner: async (name, signal) => {
      const answer = await connection.json({ path: pathOf(name), signal });
      if (answer.status === 404) return undefined;
      if (answer.status === 200 && isJsonObject(answer.value) && answer.value.name !== undefined) {
        return plannerOf(answer.value);
      }
      throw connection.refuse(codeFor(answer), `does not show a planner (${connection.wordsOf(answer)}).`);
    },
    register: async (order, signal) => {
      const how = await manners.known(signal);
      if (!('manner' in how)) throw connection.refuse('gateway-error', `takes no planner: ${how.why}.`);
      const answer = await connection.json({ method: 'POST', ...registration(how.manner, order), signal });
      const done = answer.status >= 200 && answer.status <= 299 && memberOf(answer.value, 'success') === true;
      if (!done) throw connection.refuse('gateway-error', `does not take a planner (${connection.wordsOf(answer)}).`);
    },
    unregister: async (name, signal) => {
      const answer = await connection.json({ method: 'DELETE', path: pathOf(name), signal });
      // Whoever was faster has done the same.
      if (answer.status === 404) return;
      const done = answer.status === 200 && memberOf(answer.value, 'success') === true;
      if (!done)
        throw connection.refuse('gateway-error', `does not give up a planner (${connection.wordsOf(answer)}).`);
    },
  };
};
