import { problem } from '../diagnostics/index.ts';
import { closest, mostProblems } from '../documents/index.ts';
import type { TargetConfig } from './config.ts';
import type { Rule } from './subject.ts';

export const slug = /^[a-z][a-z0-9_-]{0,62}$/;

const mostNames = 10;
/** To compare each of thousands of names with each other takes minutes. */
const mostCompared = 500;

export const suggestion = (name: string, known: Iterable<string>): string => {
  const names = [...known];
  const near = closest(name, names.slice(0, mostCompared));
  if (near !== undefined) return `Did you mean \`${near}\`?`;
  const shown = names.slice(0, mostNames).map((one) => `\`${one}\``);
  const more = names.length > mostNames ? ` and ${names.length - mostNames} more` : '';
  return names.length === 0 ? 'There is none yet.' : `There is ${shown.join(', ')}${more}.`;
};

/** What is wrong with a name, said as the rest of a sentence; undefined where nothing is. */
export const faultOfName = (name: string): string | undefined =>
  slug.test(name) ? undefined : 'it takes a lower-case letter, then up to 62 of a-z, 0-9, "-" and "_"';

/** Names become schema names, file names and words on a command line. */
const namesAreSlugs: Rule = ({ config, document }) => {
  const named = [
    ...[...config.environments.keys()].map((name) => ['environments', name] as const),
    ...[...config.targets.keys()].map((name) => ['targets', name] as const),
  ];
  return named
    .filter(([, name]) => faultOfName(name) !== undefined)
    .slice(0, mostProblems)
    .map((path) =>
      problem('config-invalid-name', {
        detail: `"${path[1]}" cannot be a name: ${faultOfName(path[1])}.`,
        range: document.locate(path, 'key'),
        hint: 'A name for people goes into `display_name`.',
      }),
    );
};

const environmentsExist: Rule = ({ config }) =>
  [...config.targets.values()]
    .filter(({ environment }) => environment !== '' && !config.environments.has(environment))
    .slice(0, mostProblems)
    .map((target) =>
      problem('config-unknown-environment', {
        detail: `The target "${target.name}" names the environment "${target.environment}", which does not exist.`,
        range: target.at(['environment']),
        hint: suggestion(target.environment, config.environments.keys()),
      }),
    );

const followedTargetsExist: Rule = ({ config }) =>
  [...config.targets.values()]
    .flatMap(({ name, version, at }) =>
      version.kind === 'from' && !config.targets.has(version.target) ? [{ name, from: version.target, at }] : [],
    )
    .slice(0, mostProblems)
    .map(({ name, from, at }) =>
      problem('config-unknown-target', {
        detail: `The target "${name}" takes its version from "${from}", which does not exist.`,
        range: at(['version', 'from']),
        hint: suggestion(from, config.targets.keys()),
      }),
    );

const promotionsComeFromTargets: Rule = ({ config }) =>
  [...config.targets.values()].flatMap(({ name, promotions, at }) =>
    promotions.flatMap(({ from }) => {
      const range = at(['promotion', 'from']);
      if (from === name) {
        return problem('config-from-cycle', {
          detail: `The target "${name}" would wait for what it runs itself.`,
          range,
        });
      }
      if (from === '' || config.targets.has(from)) return [];
      const detail = `The target "${name}" takes what "${from}" runs, which does not exist.`;
      return problem('config-unknown-target', { detail, range, hint: suggestion(from, config.targets.keys()) });
    }),
  );

/** The circles among targets that take their version from one another. Each target is visited once. */
const circlesOf = (targets: ReadonlyMap<string, TargetConfig>): readonly (readonly string[])[] => {
  const circles: (readonly string[])[] = [];
  const seen = new Set<string>();
  for (const start of targets.keys()) {
    const walk = new Map<string, number>();
    let name: string | undefined = start;
    while (name !== undefined && !seen.has(name)) {
      seen.add(name);
      walk.set(name, walk.size);
      const version: TargetConfig['version'] | undefined = targets.get(name)?.version;
      name = version?.kind === 'from' ? version.target : undefined;
    }
    const entry = name === undefined ? undefined : walk.get(name);
    if (entry !== undefined) circles.push([...walk.keys()].slice(entry));
  }
  return circles;
};

const noCircles: Rule = ({ config }) => {
  const names = [...config.targets.keys()];
  const place = new Map(names.map((name, index) => [name, index]));
  return circlesOf(config.targets).map((circle) => {
    // Told from the target that stands first in the file, wherever it was entered.
    const places = circle.map((name) => place.get(name) ?? 0);
    const first = places.indexOf(places.reduce((least, one) => Math.min(least, one)));
    const chain = [...circle.slice(first), ...circle.slice(0, first + 1)];
    const detail = `No target of this circle would ever get a version: ${chain.join(' from ')}.`;
    return problem('config-from-cycle', { detail, range: config.targets.get(chain[0] ?? '')?.at(['version']) });
  });
};

export const nameRules: readonly Rule[] = [
  namesAreSlugs,
  environmentsExist,
  followedTargetsExist,
  promotionsComeFromTargets,
  noCircles,
];
