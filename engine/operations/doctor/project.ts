import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Config, invokesAny, variablesNeeded } from '../../config/index.ts';
import type { System } from '../../system/index.ts';
import { counted } from '../../values/index.ts';
import { openSource } from '../../versions/index.ts';
import { schemaFile, schemaText } from '../init-files.ts';
import { tokenVariable } from '../open-gateways.ts';
import { examine, type Finding, finding, ok } from './finding.ts';

/** Tokens that smoke tests need and nothing in the file names: the variable of each such gateway, with what it is for. */
const usualTokens = ({ targets }: Config): ReadonlyMap<string, string> =>
  new Map(
    [...targets.values()]
      .filter(invokesAny)
      .flatMap((target) =>
        target.gateways
          .filter(({ token, weight }) => token === undefined && weight > 0)
          .map(({ id }) => [
            tokenVariable(id),
            `smoke tests of the target "${target.name}" run workflows on the gateway "${id}"`,
          ]),
      ),
  );

/** Environment variables, each with what needs it. */
const needsOf = (config: Config): readonly (readonly [name: string, why: string])[] => {
  const written = [...variablesNeeded(config)].map(([name, { range }]): readonly [string, string] => [
    name,
    `${range.filename}, line ${range.start.line}, needs it`,
  ]);
  const names = new Set(written.map(([name]) => name));
  return [...written, ...[...usualTokens(config)].filter(([name]) => !names.has(name))];
};

const examineVariables = (system: System, config: Config): readonly Finding[] => {
  const needed = needsOf(config);
  const missing = needed.filter(([name]) => !system.env(name));
  if (needed.length === 0) return [];
  if (missing.length === 0) return [ok('environment variables', needed.map(([name]) => name).join(', '))];
  return missing.map(([name, why]) =>
    finding('broken', 'environment variables', `${name} is not set; ${why}.`, `Set it:\n\n    export ${name}=…`),
  );
};

const examineSource = (system: System, config: Config): Promise<readonly Finding[]> =>
  examine('source', async () => {
    const source = await openSource(system, {
      ...config.source,
      directory: config.directory,
      cacheDirectory: join(config.state.directory, 'sources'),
    });
    const tags = await source.tags();
    if (tags.length > 0) return [ok('source', `${source.label}, with ${counted(tags.length, 'version')}`)];
    return [
      finding(
        'warning',
        'source',
        `No tag of ${source.label} names a version.`,
        'Tag what is to be released:\n\n    git tag --annotate v0.1.0 --message "The first version"',
      ),
    ];
  });

/** A copy of the schema beside the configuration is that of the m3forge which wrote it. */
const examineSchema = async ({ directory }: Config): Promise<readonly Finding[]> => {
  const copy = await readFile(join(directory, schemaFile), 'utf8').catch(() => undefined);
  if (copy === undefined) return [];
  if (copy === (await schemaText())) return [ok('schema for editors', schemaFile)];
  return [
    finding(
      'warning',
      'schema for editors',
      `${schemaFile} is of another version of m3forge: editors complete and mark by the keys of that one.`,
      'Write it anew:\n\n    m3forge init --schema',
    ),
  ];
};

/** What lies in the project: variables, versions, what editors go by. */
export const examineProject = async (system: System, config: Config): Promise<readonly Finding[]> => [
  ...examineVariables(system, config),
  ...(await examineSource(system, config)),
  ...(await examineSchema(config)),
];
