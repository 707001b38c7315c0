import { referencesIn } from '../config/index.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../values/index.ts';

/** One part of a configuration, recorded or in the file. */
export interface Declared {
  readonly address: string;
  readonly body: JsonObject;
}

const named = (address: string, kind: string): string | undefined =>
  address.startsWith(`${kind}.`) ? address.slice(kind.length + 1) : undefined;

const idsIn = (body: JsonObject | undefined): readonly string[] | undefined => referencesIn(body)?.map(({ id }) => id);

const checksWith = (body: JsonObject, provider: string): boolean =>
  Array.isArray(body.smoke_tests) &&
  (body.smoke_tests as readonly JsonObject[]).some(
    ({ check }) => check !== undefined && isJsonObject(check) && check.provider === provider,
  );

/** The targets that rules for change sets release to by themselves, in a body of them. */
export const deployedToIn = ({ auto_changeset_rules: rules }: JsonObject): readonly string[] =>
  Array.isArray(rules)
    ? (rules as readonly JsonObject[]).flatMap(({ auto_deploy_to: names }) =>
        Array.isArray(names) ? names.map(String) : [],
      )
    : [];

/** Who uses what in one configuration. */
class Uses {
  readonly #targets = new Map<string, JsonObject>();
  readonly #environments = new Map<string, JsonObject>();
  /** The name of what keeps the backups of every target. */
  #backupStore: JsonValue | undefined;
  /** What rules for change sets release to by themselves. */
  #deployedTo: readonly string[] = [];

  constructor(entries: readonly Declared[]) {
    for (const { address, body } of entries) {
      const [target, environment] = [named(address, 'target'), named(address, 'environment')];
      if (target !== undefined) this.#targets.set(target, body);
      if (address === 'backups') this.#backupStore = body.provider;
      if (address === 'changeset_rules') this.#deployedTo = deployedToIn(body);
      if (environment !== undefined) this.#environments.set(environment, body);
    }
  }

  #where(uses: (body: JsonObject, environment: JsonObject | undefined) => boolean): readonly string[] {
    return [...this.#targets].flatMap(([name, body]) =>
      uses(body, this.#environments.get(String(body.environment))) ? [name] : [],
    );
  }

  /** The targets that an address can affect, as this configuration has it. */
  affectedBy(address: string): readonly string[] {
    const target = named(address, 'target');
    if (target !== undefined) return [target];
    // How versions are made concerns no target; where one goes by itself concerns those that it names.
    if (address === 'changeset_rules') return this.#deployedTo.filter((name) => this.#targets.has(name));
    // Pull requests decide nothing about what runs.
    if (address === 'source_control') return [];
    const environment = named(address, 'environment');
    if (environment !== undefined) return this.#where((body) => body.environment === environment);
    const variable = named(address, 'variable');
    if (variable !== undefined) {
      // An environment with a value of its own does not see the global default.
      return this.#where(
        (_, { variables = {} } = {}) => !isJsonObject(variables) || !Object.hasOwn(variables, variable),
      );
    }
    const gateway = named(address, 'gateway');
    if (gateway !== undefined) {
      return this.#where((body, around) => (idsIn(body) ?? idsIn(around) ?? []).includes(gateway));
    }
    const provider = named(address, 'provider');
    if (provider !== undefined && provider !== this.#backupStore) {
      return this.#where((body) => checksWith(body, provider));
    }
    return [...this.#targets.keys()];
  }
}

/** The targets that a change of an address can affect: whoever uses it before or after, sorted. Pure. */
export const createAffects = (
  before: readonly Declared[],
  after: readonly Declared[],
): ((address: string) => readonly string[]) => {
  // What a recorded target sees of an environment that is not recorded is what the file says of it.
  const known = new Set(before.map(({ address }) => address));
  const unrecorded = after.filter(({ address }) => address.startsWith('environment.') && !known.has(address));
  const uses = [new Uses([...before, ...unrecorded]), new Uses(after)];
  return (address) => [...new Set(uses.flatMap((one) => one.affectedBy(address)))].sort();
};
