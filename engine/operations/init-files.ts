import { configSchema, type NewFile } from '../config/index.ts';

/** The name under which a project keeps a copy of the schema, for editors. */
export const schemaFile = 'm3forge.schema.json';

/** The text of that copy. */
export const schemaText = async (): Promise<string> => `${JSON.stringify(await configSchema(), null, 2)}\n`;

const configuration = (project: string, schema: string): string => `# yaml-language-server: $schema=${schema}
#
# What runs where. "m3forge plan" shows what "m3forge apply" would do, and changes nothing.
version: 1
project: ${project}

# Where versions come from: the tags of this Git repository, such as v0.1.0. Each tag is a version, with these files.
source:
  repository: .
  workflows: ["workflows/**/*.json"]
  agents: ["agents/**/*.{json,yaml,yml}"]

# An environment is a database, or a schema of one, that your gateways read. "embedded" is a database in the folder
# .m3forge and needs no server. On a server it is a URL that stays outside this file: \${env.DEVELOPMENT_URL}
environments:
  development:
    type: development
    description: Where changes are tried first
    database: { url: embedded, schema: development }
  production:
    type: production
    description: What customers get
    database: { url: embedded, schema: production }

# A target says which version an environment should run: an exact one, a range such as ^1.2, or the latest.
targets:
  development:
    environment: development
    version: latest
  production:
    environment: production
    version: { from: development } # what development runs now
    enabled: false # planned only when it is named: m3forge plan --target production
    deployment:
      max_deletes: 5 # more deletes than this need "plan --allow-deletes"

# Each release is preceded by a backup, which is proved by restoring it.
backups:
  provider: filesystem
  path: .m3forge-backups
  retention: { keep_last: 10 }

# A staging or production environment on a server needs what m3forge records on a server too:
# state:
#   database: \${env.M3FORGE_STATE_URL}
`;

const exampleWorkflow = {
  name: 'read-document',
  description: 'An example: reads the text of a document. Replace it by your own.',
  version: '0.1.0',
  nodes: [
    {
      task_id: '0d0c0e17-0000-4000-8000-000000000001',
      query_str: 'Start',
      dependencies: [],
      node_type: 'COMPUTE',
      definition: { method: 'NOOP', endpoint: 'noop', params: {} },
    },
    {
      task_id: '0d0c0e17-0000-4000-8000-000000000002',
      query_str: 'Read the text',
      dependencies: ['0d0c0e17-0000-4000-8000-000000000001'],
      node_type: 'EXTRACTOR',
      definition: {
        method: 'EXECUTOR_ENDPOINT',
        endpoint: 'ocr_executor://document/read',
        params: { layout: 'plain' },
      },
    },
  ],
};

/** What is local to a machine, and therefore in no repository. */
export const ignoredFolders: readonly string[] = ['.m3forge/', '.m3forge-backups/'];

export interface Plot {
  readonly project: string;
  /** Where an editor finds the schema, from the configuration. */
  readonly schema: string;
  /** Without them the files of that kind are left to the user, who has some already. */
  readonly withWorkflow: boolean;
  readonly withIgnore: boolean;
  readonly withSchema: boolean;
}

/** The files of a new project. */
export const newFiles = async (plot: Plot): Promise<readonly NewFile[]> => [
  { path: 'm3forge.yaml', text: configuration(plot.project, plot.schema) },
  ...(plot.withWorkflow
    ? [{ path: 'workflows/read-document.json', text: `${JSON.stringify(exampleWorkflow, null, 2)}\n` }]
    : []),
  ...(plot.withIgnore ? [{ path: '.gitignore', text: `${ignoredFolders.join('\n')}\n` }] : []),
  ...(plot.withSchema ? [{ path: schemaFile, text: await schemaText() }] : []),
];
