import { type Diagnostic, problem } from '../diagnostics/index.ts';
import { closest } from '../documents/index.ts';
import type { TargetConfig } from './config.ts';
import type { Rule } from './subject.ts';

const slug = /^[a-z][a-z0-9_-]{0,62}$/;

const mostNames = 10;

const suggestion = (name: string, known: Iterable<string>): string => {
  const names = [...known];
  const near = closest(name, names);
  if (near !== undefined) return `Did you mean \`${near}\`?`;
  const shown = names.slice(0, mostNames).map((one) => `\`${one}\``);
  const more = names.length > mostNames ? ` and ${names.length - mostNames} more` : '';
  return names.length === 0 ? 'There is none yet.' : `There is ${shown.join(', ')}${more}.`;
};

/** Names become schema names, file names and words on a command line. */
const namesAreSlugs: Rule = ({ config, document }) => {
  const named = [
    ...[...config.environments.keys()].map((name) => ['environments', name] as const),
    ...[...config.targets.keys()].map((name) => ['targets', name] as const),
  ];
  return named
    .filter(([, name]) => !slug.test(name))
    .map((path) =>
      problem('config-invalid-name', {
        detail: `"${path[1]}" cannot be a name: it takes a lower-case letter, then up to 62 of a-z, 0-9, "-" and "_".`,
        range: document.locate(path, 'key'),
        hint: 'A name for people goes into `display_name`.',
      }),
    );
};

const environmentsExist: Rule = ({ config }) =>
  [...config.targets.values()]
    .filter(({ environment }) => environment !== '' && !config.environments.has(environment))
    .map((target) =>
      problem('config-unknown-environment', {
        detail: `The target "${target.name}" names the environment "${target.environment}", which does not exist.`,
        range: target.at(['environment']),
        hint: suggestion(target.environment, config.environments.keys()),
      }),
    );

const followedTargetsExist: Rule = ({ config }) =>
  [...config.targets.values()].flatMap((target) => {
    if (target.version.kind !== 'from' || config.targets.has(target.version.target)) return [];
    return problem('config-unknown-target', {
      detail: `The target "${target.name}" takes its version from "${target.version.target}", which does not exist.`,
      range: target.at(['version', 'from']),
      hint: suggestion(target.version.target, config.targets.keys()),
    });
  });

/** The targets that one comes to by following `from` from this one, until there is none or one comes again. */
const chainFrom = (start: string, targets: ReadonlyMap<string, TargetConfig>): readonly string[] => {
  const chain: string[] = [];
  let name: string | undefined = start;
  while (name !== undefined && !chain.includes(name)) {
    chain.push(name);
    const version: TargetConfig['version'] | undefined = targets.get(name)?.version;
    name = version?.kind === 'from' ? version.target : undefined;
  }
  return name === undefined ? chain : [...chain, name];
};

const noCircles: Rule = ({ config }) => {
  const found: Diagnostic[] = [];
  const seen = new Set<string>();
  for (const target of config.targets.values()) {
    const chain = chainFrom(target.name, config.targets);
    // A target that leads into a circle without being part of it is not what is wrong.
    if (chain.length < 2 || chain.at(-1) !== target.name || seen.has(target.name)) continue;
    for (const name of chain) seen.add(name);
    const detail = `No target of this circle would ever get a version: ${chain.join(' from ')}.`;
    found.push(problem('config-from-cycle', { detail, range: target.at(['version']) }));
  }
  return found;
};

export const nameRules: readonly Rule[] = [namesAreSlugs, environmentsExist, followedTargetsExist, noCircles];
