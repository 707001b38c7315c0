import { realpath, stat } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import type { ProviderConfig } from '../config/index.ts';
import { type Diagnostic, failure, type Outcome, problem, success } from '../diagnostics/index.ts';
import { isInRange } from '../values/index.ts';
import { contentsOf } from './integrity.ts';
import { type Manifest, readManifest } from './manifest.ts';

/** A third-party provider as it is installed here. Nothing of it has been executed. */
export interface InstalledProvider {
  readonly config: ProviderConfig;
  /** Absolute, links resolved. */
  readonly directory: string;
  readonly manifest: Manifest;
  /** Of the files as they are. */
  readonly integrity: string;
}

/** How people call it: the name in the configuration, the package and its version. */
export const labelOf = ({ config, manifest }: Pick<InstalledProvider, 'config' | 'manifest'>): string =>
  `The provider "${config.name}" (${manifest.package} ${manifest.version})`;

const isDirectory = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

const isBelow = (path: string, root: string): boolean => path === root || path.startsWith(root + sep);

interface Found {
  readonly directory: string;
  /** The project: what it is made of may lie anywhere below. */
  readonly root: string;
}

/** The package in the nearest `node_modules`, as Node itself looks for it. */
const findPackage = async (name: string, from: string): Promise<Found | undefined> => {
  for (let here = from; ; here = dirname(here)) {
    const directory = join(here, 'node_modules', name);
    if (await isDirectory(directory)) return { directory, root: here };
    if (dirname(here) === here) return undefined;
  }
};

const notThere = ({ name, from, at }: ProviderConfig): Diagnostic =>
  from.kind === 'package'
    ? problem('provider-not-installed', {
        detail: `The provider "${name}" is the package ${from.text}, which is in no node_modules of this project.`,
        range: at(['package']),
        hint: `Install it, and lock what was installed:\n\n    npm install ${from.text}\n    m3forge providers lock ${name}`,
      })
    : problem('provider-not-installed', {
        detail: `The provider "${name}" is the folder ${from.text}, which does not exist.`,
        range: at(['path']),
        hint: 'The path is relative to the configuration.',
      });

/** Where the package really is; refused where that is outside the project. */
const locate = async (config: ProviderConfig, home: string): Promise<Outcome<string>> => {
  const { from, at, name } = config;
  const found: Found | undefined =
    from.kind === 'package' ? await findPackage(from.text, home) : { directory: join(home, from.text), root: home };
  if (!found || !(await isDirectory(found.directory))) return failure([notThere(config)]);
  const directory = await realpath(found.directory);
  if (isBelow(directory, await realpath(found.root))) return success(directory);
  return failure([
    problem('provider-package-invalid', {
      detail: `The provider "${name}" is a link to ${directory}, outside the project.`,
      range: at([from.kind]),
      hint: 'Install the package itself: what lies elsewhere changes without this project.',
    }),
  ]);
};

const wrongVersion = (config: ProviderConfig, { package: from, version }: Manifest): Diagnostic =>
  problem('provider-version', {
    detail: `The provider "${config.name}" should be ${from} ${config.version}, and ${version} is installed.`,
    range: config.at(['version']),
    hint: `Install another version, or change the range; then lock it:\n\n    m3forge providers lock ${config.name}`,
  });

/** What a package names has to be a file of its own, or it could be neither pinned nor found when it is needed. */
const notItsOwn = (config: ProviderConfig, path: string): Diagnostic =>
  problem('provider-package-invalid', {
    detail: `The provider "${config.name}" names ./${path} in its package.json, which is no file of ${config.from.text}.`,
    range: config.at([config.from.kind]),
    hint: 'Files that a provider names lie in its package, spelt like this, and below no `node_modules`. Tell its author.',
  });

/** Finds a provider and reads what it says of itself. `home` is the absolute directory of the configuration. */
export const findInstalled = async (config: ProviderConfig, home: string): Promise<Outcome<InstalledProvider>> => {
  const located = await locate(config, home);
  if (!located.ok) return located;
  const directory = located.value;
  const range = config.at([config.from.kind]);
  const label = config.from.text;
  const manifest = await readManifest(directory, label, range);
  if (!manifest.ok) return manifest;
  if (config.version !== undefined && !isInRange(manifest.value.version, config.version)) {
    return failure([wrongVersion(config, manifest.value)]);
  }
  const contents = await contentsOf(directory, label, range);
  if (!contents.ok) return contents;
  const { integrity, files } = contents.value;
  const absent = manifest.value.names.find((path) => !files.includes(path));
  if (absent !== undefined) return failure([notItsOwn(config, absent)]);
  return success({ config, directory, manifest: manifest.value, integrity });
};

/** What is wrong with a provider next to what was pinned of it; undefined where it is the one that was locked. */
export const pinFault = ({ config, manifest, integrity }: InstalledProvider): Diagnostic | undefined => {
  const { name, from, pin, at } = config;
  const range = at([from.kind]);
  const lock = `\n\n    m3forge providers lock ${name}`;
  if (!pin) {
    const detail = `The provider "${name}" (${manifest.package} ${manifest.version}) is in no m3forge.lock.`;
    return problem('provider-not-locked', { detail, range, hint: `Look at what it does, then pin it:${lock}` });
  }
  if (pin.from === from.text && pin.version === manifest.version && pin.integrity === integrity) return undefined;
  const was = pin.from === from.text ? pin.version : `${pin.from} ${pin.version}`;
  const same = was === manifest.version;
  const detail = same
    ? `The files of the provider "${name}" (${manifest.package} ${manifest.version}) are not those that were locked.`
    : `The provider "${name}" was locked as ${was}, and ${manifest.version} of ${from.text} is installed.`;
  const remedy = same
    ? `Install it anew. Where the change is meant, look at it, then pin it:${lock}`
    : `Install what was locked. Where the change is meant, pin it:${lock}`;
  return problem('provider-changed', { detail, range, hint: remedy });
};
