import { join } from 'node:path';
import type { Project } from 'ts-morph';
import { jsonText, type Output, root, type SchemaPart } from './output.ts';
import { schemaOf } from './type-to-schema.ts';

const dialect = 'https://json-schema.org/draft/2020-12/schema';

const schemaIn = (project: Project, file: string, type: string, title: string, forEditors = false): SchemaPart => {
  const declaration = project.addSourceFileAtPath(join(root, file)).getInterfaceOrThrow(type);
  return { $schema: dialect, title, ...schemaOf(declaration.getType(), type, { forEditors }) };
};

/** The schema of `m3forge.yaml`, which the reference is made of as well. */
export const configurationSchema = (project: Project): SchemaPart =>
  schemaIn(project, 'engine/config/file.ts', 'ConfigFile', 'm3forge.yaml', true);

/** The JSON Schemas of what people and programs write and read. */
export const schemaOutputs = (project: Project, configuration: SchemaPart): readonly Output[] => [
  { path: 'schemas/m3forge.schema.json', text: jsonText(configuration) },
  {
    path: 'schemas/plan.schema.json',
    text: jsonText(schemaIn(project, 'engine/plan/document.ts', 'PlanDocument', 'A plan of m3forge')),
  },
];
