import { type Outcome, refuse, success } from '../diagnostics/index.ts';
import { closest } from '../documents/index.ts';
import { shownBody } from '../plan/index.ts';
import {
  type DeclaredRecord,
  type RecordedPlace,
  type Records,
  readManifest,
  readRecords,
  type StateHandle,
} from '../state/index.ts';
import { addressOf, counted, type Digest, globMatcher, type JsonObject } from '../values/index.ts';
import { type BackupView, backupView } from './backup.ts';
import { type ChangeSetView, changeSetView } from './change-set-views.ts';
import { type OperationContext, withSession } from './session.ts';
import { type HistoryEntry, historyEntry } from './status.ts';
import { type VersionView, versionView } from './version-views.ts';

/** Something that is recorded. */
export interface RecordView {
  /** Such as `place.<id>`, `version.v1.3.0`, `changeset.<id>`, `release.<id>`, `backup.<id>`; of the configuration `target.production`. */
  readonly address: string;
  /** One line about it. */
  readonly about: string;
}

/** An artifact as a version was recorded to have it. */
interface ArtifactView {
  readonly address: string;
  readonly digest: Digest;
}

/** Everything about one record. */
export type RecordDetails =
  | ({ readonly address: string; readonly kind: 'place'; readonly place: string } & PlaceView)
  | ({ readonly address: string; readonly kind: 'version' } & VersionView & {
        readonly artifacts: readonly ArtifactView[];
      })
  | ({ readonly address: string; readonly kind: 'changeset' } & ChangeSetView)
  | ({ readonly address: string } & HistoryEntry)
  | ({ readonly address: string } & BackupView)
  | ({ readonly address: string; readonly kind: 'configuration' } & DeclaredView);

interface PlaceView {
  readonly environment: string;
  readonly since: string;
  /** The version of the last release that succeeded here. */
  readonly version: string | null;
  readonly releases: number;
  readonly backups: number;
  readonly avoided: readonly string[];
  readonly artifacts: readonly ArtifactView[];
}

/** A part of the configuration as it was last put into effect. */
interface DeclaredView {
  /** Of a target: the id of the place that it released into. */
  readonly place: string | null;
  readonly digest: Digest;
  /** In the words of the file; expressions unresolved. */
  readonly body: JsonObject;
}

const lastSuccessIn = ({ releases }: Records, { id }: RecordedPlace): string | null =>
  releases.find(({ placeId, state }) => placeId === id && state === 'succeeded')?.version ?? null;

const firstOf = (body: JsonObject, ...keys: readonly string[]): string =>
  String(keys.map((key) => body[key]).find((value) => typeof value === 'string') ?? '');

/** What is most told of a part of the configuration. */
const aboutDeclared = ({ address, body }: DeclaredRecord): string => {
  const [kind = ''] = address.split('.');
  const about: Readonly<Record<string, string>> = {
    target: `releases to ${firstOf(body, 'environment')}`,
    environment: firstOf(body, 'type'),
    gateway: firstOf(body, 'url'),
    provider: firstOf(body, 'package', 'path'),
    source: firstOf(body, 'repository'),
    backups: `kept by ${firstOf(body, 'provider')}`,
    changeset_rules: 'which change set a pull request is added to',
  };
  const told = about[kind];
  return told ? `configuration: ${told}` : 'configuration';
};

/** All records, as addresses with a line each. Pure. */
export const listOf = (records: Records): readonly RecordView[] => [
  ...records.places.map((place) => ({
    address: `place.${place.id}`,
    about: `${place.environment}: ${place.address}, ${lastSuccessIn(records, place) ?? 'nothing released'}`,
  })),
  ...records.versions.map(({ name, commit }) => ({
    address: `version.${name}`,
    about: `commit ${commit.slice(0, 12)}`,
  })),
  ...records.changeSets.map(({ id, name, state, version, entries }) => ({
    address: `changeset.${id}`,
    about: `${name}: ${counted(entries.length, 'change')}, ${version ?? state}`,
  })),
  ...records.releases.map(({ id, kind, version, target, state }) => ({
    address: `release.${id}`,
    about: `${kind} of ${version} to ${target}, ${state.replaceAll('_', ' ')}`,
  })),
  ...records.backups.map(({ id, environment, version }) => ({
    address: `backup.${id}`,
    about: `${environment}, ${version ?? 'nothing active'}`,
  })),
  ...records.declared.map((one) => ({ address: one.address, about: aboutDeclared(one) })),
];

/**
 * The record that an address means: whole, or by the beginning of its id (at least 4 characters); a place also by its
 * environment, where that has one only. Throws `Refusal` where there is none, or more than one.
 */
export const resolveAddress = (records: Records, address: string): string => {
  const known = listOf(records).map((record) => record.address);
  if (known.includes(address)) return address;
  const [kind = '', name = ''] = [address.split('.')[0], address.slice(address.indexOf('.') + 1)];
  const isId = ['place', 'changeset', 'release', 'backup'].includes(kind);
  const fits = isId && name.length >= 4 ? known.filter((one) => one.startsWith(`${kind}.${name}`)) : [];
  const named =
    kind === 'place' ? records.places.filter(({ environment }) => environment === name).map(({ id }) => id) : [];
  const found = [...new Set([...fits, ...named.map((id) => `place.${id}`)])];
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  if (found.length > 1) {
    throw refuse('state-address-ambiguous', {
      detail: `"${address}" is the beginning of ${found.length} records.`,
      hint: `Write more of it:\n\n${found
        .slice(0, 5)
        .map((one) => `    m3forge state show ${one}`)
        .join('\n')}`,
    });
  }
  const near = closest(address, known.slice(0, 500));
  throw refuse('state-address-unknown', {
    detail: `Nothing is recorded under "${address}".`,
    hint: near ? `Did you mean "${near}"?` : 'What is recorded is listed by:\n\n    m3forge state list',
  });
};

const artifactsOf = async (state: StateHandle, digest: Digest | undefined): Promise<readonly ArtifactView[]> => {
  const manifest = digest === undefined ? undefined : await readManifest(state, digest);
  return (manifest?.entries ?? []).map((entry) => ({
    address: addressOf(entry.kind, entry.name),
    digest: entry.digest,
  }));
};

export const declaredView = ({ address, placeId, digest, body }: DeclaredRecord): DeclaredView => ({
  ...{ place: placeId, digest },
  body: shownBody(address, body),
});

export const placeView = (records: Records, place: RecordedPlace): Omit<PlaceView, 'artifacts'> => ({
  environment: place.environment,
  since: place.since.toISOString(),
  version: lastSuccessIn(records, place),
  releases: records.releases.filter(({ placeId }) => placeId === place.id).length,
  backups: records.backups.filter(({ placeId }) => placeId === place.id).length,
  avoided: records.avoids.filter(({ placeId }) => placeId === place.id).map(({ version }) => version),
});

const detailsOf = async (state: StateHandle, records: Records, address: string): Promise<RecordDetails> => {
  const is = (kind: string, name: string): boolean => address === `${kind}.${name}`;
  const place = records.places.find(({ id }) => is('place', id));
  if (place) {
    const view = placeView(records, place);
    const digest = records.versions.find(({ name }) => name === view.version)?.manifestDigest;
    const artifacts = await artifactsOf(state, digest);
    return { address, kind: 'place', place: place.address, ...view, artifacts };
  }
  const version = records.versions.find(({ name }) => is('version', name));
  if (version) {
    const artifacts = await artifactsOf(state, version.manifestDigest);
    return { address, kind: 'version', ...versionView(version), artifacts };
  }
  const set = records.changeSets.find(({ id }) => is('changeset', id));
  if (set) return { address, kind: 'changeset', ...changeSetView(set) };
  const release = records.releases.find(({ id }) => is('release', id));
  if (release) return { address, ...historyEntry(release) };
  const backup = records.backups.find(({ id }) => is('backup', id));
  if (backup) return { address, ...backupView(backup) };
  const declared = records.declared.find((one) => one.address === address);
  if (declared) return { address, kind: 'configuration', ...declaredView(declared) };
  throw new Error(`the address ${address} was resolved and leads nowhere`);
};

interface Waiting {
  readonly lockTimeoutMs: number;
}

/** `m3forge state list`: the addresses of what is recorded. */
export const listRecords = (
  context: OperationContext,
  request: Waiting & { readonly select: readonly string[] },
): Promise<Outcome<readonly RecordView[]>> =>
  withSession(context, { command: 'm3forge state list', permit: 'view', ...request }, async ({ state }) => {
    const wanted = request.select.length > 0 ? globMatcher(request.select) : () => true;
    return success(listOf(await readRecords(state)).filter(({ address }) => wanted(address)));
  });

/** `m3forge state show`: all that is recorded under one address. */
export const showRecord = (
  context: OperationContext,
  request: Waiting & { readonly address: string },
): Promise<Outcome<RecordDetails>> =>
  withSession(context, { command: 'm3forge state show', permit: 'view', ...request }, async ({ state }) => {
    const records = await readRecords(state);
    return success(await detailsOf(state, records, resolveAddress(records, request.address)));
  });
