import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Node, type Project } from 'ts-morph';
import { code, page } from './markdown.ts';
import { jsonText, type Output, root, type SchemaPart } from './output.ts';
import { keyTable } from './reference-configuration.ts';

/** Where in the configuration a built-in provider finds what it has to know. */
interface Home {
  readonly where: string;
  /** The definition in the schema of the configuration. */
  readonly definition: string;
  /** Which of its keys are for this provider; all of them where it is not given. */
  readonly mine?: (key: string, part: SchemaPart) => boolean;
}

const only =
  (...keys: readonly string[]) =>
  (key: string): boolean =>
    keys.includes(key);

/** Each notifier takes some of the keys of a notification, and all of them the events. */
const notifierHome = (...keys: readonly string[]): Home => ({
  where: 'targets.<name>.notifications[]',
  definition: 'NotificationFile',
  mine: only('provider', 'events', ...keys),
});

const homes: Readonly<Record<string, Home>> = {
  postgres: { where: 'environments.<name>.database', definition: 'DatabaseFile' },
  filesystem: { where: 'backups', definition: 'BackupsFile', mine: only('path') },
  s3: {
    where: 'backups',
    definition: 'BackupsFile',
    mine: (_, { description }) => /\bof `s3`/i.test(description ?? ''),
  },
  marie: { where: 'gateways.<name>', definition: 'GatewayFile' },
  command: { where: 'targets.<name>.smoke_tests[]', definition: 'SmokeTestFile', mine: only('run', 'timeout_seconds') },
  http: { where: 'targets.<name>.smoke_tests[].http', definition: 'HttpSmokeTestFile' },
  slack: notifierHome('url'),
  email: notifierHome('url', 'from', 'to'),
  pagerduty: notifierHome('routing_key', 'url'),
  webhook: notifierHome('url', 'secret'),
  github: { where: 'source_control', definition: 'SourceControlFile' },
  gitea: { where: 'source_control', definition: 'SourceControlFile' },
};

interface ProviderFacts {
  readonly name: string;
  /** The comment at the head of its index, paragraph by paragraph. */
  readonly about: readonly string[];
  readonly capabilities: readonly string[];
}

const aboutIn = (text: string): readonly string[] =>
  (/^\/\*\*([\s\S]*?)\*\//.exec(text)?.[1] ?? '')
    .split('\n')
    .map((line) => line.replace(/^\s*\*\s?/, ''))
    .join('\n')
    .trim()
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.replaceAll(/\s*\n\s*/g, ' '));

/** The capabilities of `export const x: Provider = { name, check, … }`. */
const capabilitiesIn = (project: Project, path: string): readonly string[] => {
  const file = project.addSourceFileAtPath(path);
  const declaration = file.getVariableDeclarations().find((one) => one.getTypeNode()?.getText() === 'Provider');
  const object = declaration?.getInitializer();
  if (!Node.isObjectLiteralExpression(object)) throw new Error(`${path} exports no plain Provider object`);
  return object
    .getProperties()
    .flatMap((property) => ('getName' in property ? [property.getName()] : []))
    .filter((name) => name !== 'name')
    .map((name) => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`));
};

const providersIn = (project: Project): readonly ProviderFacts[] =>
  readdirSync(join(root, 'providers'))
    .filter((name) => existsSync(join(root, 'providers', name, 'index.ts')))
    .sort()
    .map((name) => {
      const path = join(root, 'providers', name, 'index.ts');
      return { name, about: aboutIn(readFileSync(path, 'utf8')), capabilities: capabilitiesIn(project, path) };
    });

const homeOf = (name: string): Home => {
  const home = homes[name];
  if (!home)
    throw new Error(`providers/${name}: schemas/provider-outputs.ts does not say where its configuration stands`);
  return home;
};

/** Definitions that a part refers to, directly or through others. */
const definitionsFor = (part: unknown, configuration: SchemaPart, found: Record<string, SchemaPart> = {}) => {
  for (const [, name = ''] of JSON.stringify(part).matchAll(/"#\/\$defs\/(\w+)"/g)) {
    const definition = configuration.$defs?.[name];
    if (!definition || Object.hasOwn(found, name)) continue;
    found[name] = definition;
    definitionsFor(definition, configuration, found);
  }
  return found;
};

const schemaFor = ({ name, about }: ProviderFacts, configuration: SchemaPart): SchemaPart => {
  const { definition, mine = () => true } = homeOf(name);
  const whole = configuration.$defs?.[definition];
  if (!whole) throw new Error(`the configuration has no ${definition}`);
  const properties = Object.fromEntries(
    Object.entries(whole.properties ?? {}).filter(([key, part]) => mine(key, part)),
  );
  const required = (whole.required ?? []).filter((key) => key in properties);
  const definitions = definitionsFor(properties, configuration);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: `Configuration of the provider ${name}`,
    description: about[0] ?? '',
    type: 'object',
    properties,
    ...(required.length > 0 && { required }),
    additionalProperties: false,
    ...(Object.keys(definitions).length > 0 && { $defs: definitions }),
  };
};

const sectionOf = (facts: ProviderFacts, configuration: SchemaPart): string => {
  const schema = schemaFor(facts, configuration);
  return [
    `## ${code(facts.name)}`,
    ...facts.about,
    `Is: ${facts.capabilities.join(', ')}. Its configuration stands under ${code(homeOf(facts.name).where)}:`,
    keyTable(schema, schema),
  ].join('\n\n');
};

/** A schema for the configuration of each built-in provider, and the page about them. */
export const providerOutputs = (project: Project, configuration: SchemaPart): readonly Output[] => {
  const providers = providersIn(project);
  return [
    ...providers.map((facts) => ({
      path: `schemas/providers/${facts.name}.schema.json`,
      text: jsonText(schemaFor(facts, configuration)),
    })),
    {
      path: 'docs/reference/providers.md',
      text: page([
        '# Providers',
        'What is built in. Each schema is in `schemas/providers/`.',
        ...providers.map((facts) => sectionOf(facts, configuration)),
      ]),
    },
  ];
};
