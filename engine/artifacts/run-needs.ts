import { isJsonObject, type JsonObject, type JsonValue, type StructuralPath } from '../values/index.ts';
import { planPathOf, shapeOf } from './shape.ts';
import { methods } from './vocabulary.ts';
import { describe, listOf, nodesOf, textOf, viewNodes, type WorkflowNode } from './workflow-node.ts';

/** What a node needs of the gateway that runs it, beyond what its file can say. */
export type RunNeed = {
  /** `node "1: Extract" (0193…0001)` */
  readonly node: string;
  /** Where in the document it is said. */
  readonly path: StructuralPath;
  readonly method: string;
} & (
  | {
      readonly kind: 'executor';
      readonly executor: string;
      /** What is called there, such as `document/extract`; it may be empty. */
      readonly call: string;
    }
  /** The configuration of the gateway says which executor. */
  | { readonly kind: 'mapped' }
  /** The registry takes the method, and not every gateway runs it. */
  | { readonly kind: 'method' }
);

/** What stands in the place of an executor where the scheduler does the work itself. */
const withoutExecutor: ReadonlySet<string> = new Set(['noop', 'branch', 'switch', 'merger', 'guardrail']);

/** The two parts of `executor://path`. */
const partsOf = (endpoint: JsonValue | undefined): { readonly executor: string; readonly call: string } | undefined => {
  const [, executor, call = ''] = (typeof endpoint === 'string' && /^([^\s:/]+):\/\/(.*)$/s.exec(endpoint)) || [];
  return executor === undefined ? undefined : { executor, call };
};

type Place = Pick<RunNeed, 'node' | 'path' | 'method'>;

const executorNeed = (endpoint: JsonValue | undefined, place: Place): readonly RunNeed[] => {
  const parts = partsOf(endpoint);
  return !parts || withoutExecutor.has(parts.executor) ? [] : [{ ...place, kind: 'executor', ...parts }];
};

/** A guardrail may have an executor judge. */
const metricNeeds = (definition: JsonObject, place: Place): readonly RunNeed[] =>
  listOf(definition.metrics).flatMap((metric, index) => {
    if (!isJsonObject(metric) || metric.type !== 'executor' || !isJsonObject(metric.params)) return [];
    const path = [...place.path.slice(0, -1), 'metrics', index, 'params', 'endpoint'];
    return executorNeed(metric.params.endpoint, { ...place, path });
  });

const needsOfNode = (node: WorkflowNode, nodesPath: StructuralPath): readonly RunNeed[] => {
  const { definition, method } = node;
  if (!definition || method === undefined) return [];
  const at = (key: string): Place => ({
    node: describe(node),
    path: [...nodesPath, node.index, 'definition', key],
    method,
  });
  if (methods.get(method)?.runs === false) return [{ ...at('method'), kind: 'method' }];
  const { endpoint } = definition;
  switch (method) {
    case 'EXECUTOR_ENDPOINT':
    case 'MERGER_ENHANCED':
      return executorNeed(endpoint, at('endpoint'));
    case 'LLM':
    case 'PYTHON_FUNCTION':
      return !partsOf(endpoint) ? [{ ...at('method'), kind: 'mapped' }] : executorNeed(endpoint, at('endpoint'));
    case 'GUARDRAIL':
      return metricNeeds(definition, at('endpoint'));
    default:
      return [];
  }
};

/** What a workflow needs of a gateway, node by node; nothing where the document is no workflow. */
export const runNeedsOf = (document: JsonValue): readonly RunNeed[] => {
  const found = shapeOf('workflow', document);
  if (!('shape' in found)) return [];
  const nodesPath = [...planPathOf(found.shape), 'nodes'];
  return viewNodes(nodesOf(document, found.shape)).flatMap((node) => needsOfNode(node, nodesPath));
};

/** The key by which a plan at a gateway says that m3forge put it there, and from what. It belongs to no file. */
export const planMark = 'm3forge';

/** A plan as its author wrote it. */
export const withoutMark = (plan: JsonObject): JsonObject => {
  const { [planMark]: _, ...rest } = plan;
  return rest;
};

/**
 * The plan that a gateway's registry would be given: what holds `nodes`, without the envelope around it, and without the
 * mark that it carries where the file was read back from a gateway.
 */
export const planOf = (document: JsonValue): JsonObject | undefined => {
  const found = shapeOf('workflow', document);
  if (!('shape' in found) || !isJsonObject(document)) return undefined;
  const [key] = planPathOf(found.shape);
  if (key === undefined) return { nodes: document.nodes ?? [] };
  const plan = document[String(key)];
  return isJsonObject(plan) ? withoutMark(plan) : undefined;
};

/** The id of the node that everything begins with, which is the id of a job at a gateway. */
export const rootIdOf = (document: JsonValue): string | undefined => {
  const found = shapeOf('workflow', document);
  if (!('shape' in found)) return undefined;
  const root = viewNodes(nodesOf(document, found.shape)).find(({ dependencies }) => dependencies.length === 0);
  return textOf(root?.value.task_id);
};
