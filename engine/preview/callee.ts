import { type ArtifactKind, addressOf, isJsonObject, type JsonObject, type JsonValue } from '../values/index.ts';

/** What an endpoint names: `extract_executor://document/extract`. */
export interface Call {
  readonly executor: string;
  readonly call: string;
}

/** An agent or a processor, by what has to be called for it to run. */
export interface Callee {
  readonly address: string;
  readonly kind: ArtifactKind;
  readonly name: string;
  readonly executor: string;
  /** Undefined where whatever is called of the executor may be this one. */
  readonly path: string | undefined;
}

/** A workflow of the merged project, with what it calls. */
export interface Caller {
  readonly address: string;
  readonly calls: readonly Call[];
}

const withoutSlash = (path: string): string => path.replace(/^\/+/, '');

const within = (value: JsonValue | undefined, key: string): JsonObject | undefined => {
  const inside = isJsonObject(value) ? value[key] : undefined;
  return isJsonObject(inside) ? inside : undefined;
};

/** A processor says which executor runs it, and may say under which path; an agent is known by its name. */
export const calleeOf = (kind: ArtifactKind, name: string, body: JsonValue | undefined): Callee => {
  const manifest = kind === 'processor' ? within(body, 'manifest') : undefined;
  const { executor, endpoint } = within(manifest, 'processor') ?? manifest ?? {};
  return {
    ...{ address: addressOf(kind, name), kind, name },
    executor: typeof executor === 'string' ? executor : name,
    path: typeof endpoint === 'string' ? withoutSlash(endpoint) : undefined,
  };
};

/** Whether a call may run this one. Pure. */
export const isFor = ({ executor, path }: Callee, one: Call): boolean =>
  executor === one.executor && (path === undefined || path === withoutSlash(one.call));
