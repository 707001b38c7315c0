import {
  type ArtifactKind,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type StructuralPath,
} from '../values/index.ts';
import type { ArtifactShape } from './artifact.ts';

/** A shape, and where a document of it gives its name. */
export interface NamedShape {
  readonly shape: ArtifactShape;
  readonly namePath: StructuralPath;
  /** False where the name of the file will do. */
  readonly nameRequired: boolean;
}

/** The shape of a document, or why it has none. */
export type ShapeFinding = NamedShape | { readonly fault: string; readonly path: StructuralPath };

/** The shapes of a workflow, each with the key that holds its plan; a bare plan is the document itself. */
const planKeys = [
  ['studio', 'planDefinition'],
  ['registry', 'plan_definition'],
] as const;

const expectedWorkflow = 'expected `planDefinition.nodes`, `plan_definition.nodes` or `nodes`';

/** Where a workflow of this shape keeps its plan: the object that holds `nodes`. */
export const planPathOf = (shape: ArtifactShape): StructuralPath =>
  planKeys.filter(([name]) => name === shape).map(([, key]) => key);

const workflowShapeOf = (value: JsonObject): ShapeFinding => {
  const found = planKeys.filter(([, key]) => value[key] !== undefined);
  const [first, second] = found;
  if (second) return { fault: 'holds both `planDefinition` and `plan_definition`', path: [second[1]] };
  const shape = first ? first[0] : 'bare';
  const plan = first ? value[first[1]] : value;
  const planPath = planPathOf(shape);
  if (first && value.nodes !== undefined) return { fault: `holds both \`${first[1]}\` and \`nodes\``, path: ['nodes'] };
  if (!isJsonObject(plan)) return { fault: `\`${planPath.join('.')}\` is no object`, path: planPath };
  const nodes = plan.nodes;
  if (nodes === undefined) return { fault: expectedWorkflow, path: planPath };
  if (!Array.isArray(nodes)) return { fault: '`nodes` is no list', path: [...planPath, 'nodes'] };
  const hasName = value.name !== undefined || shape !== 'registry';
  return { shape, namePath: [hasName ? 'name' : 'planner_id'], nameRequired: shape !== 'bare' };
};

/** An agent may have the name of its file; every processor's file has the same name, so that one must say its own. */
const wrappedShapeOf = (kind: 'agent' | 'processor', value: JsonObject): ShapeFinding => {
  const wrapped = value[kind];
  const nameRequired = kind === 'processor';
  if (wrapped === undefined) return { shape: 'plain', namePath: ['name'], nameRequired };
  if (!isJsonObject(wrapped)) return { fault: `\`${kind}\` is no object`, path: [kind] };
  return { shape: 'wrapped', namePath: [kind, 'name'], nameRequired };
};

/** Recognises the shape of a document, and where it says its name. */
export const shapeOf = (kind: ArtifactKind, value: JsonValue): ShapeFinding => {
  if (!isJsonObject(value)) return { fault: 'the document is no object', path: [] };
  return kind === 'workflow' ? workflowShapeOf(value) : wrappedShapeOf(kind, value);
};
