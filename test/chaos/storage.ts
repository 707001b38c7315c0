import { join } from 'node:path';
import { type DatabaseLocation, openDatabase, quoteIdentifier } from '../../engine/database/index.ts';
import { Secret } from '../../engine/values/index.ts';
import { createListener } from './listener.ts';
import { type CuttingProxy, startProxy } from './proxy.ts';
import { quietSystem } from './quiet-system.ts';

/** The password of the database: it must never appear in any output. It looks different in every encoding. */
export const canary = `Kan4ri "p4ss"\\w'0rt é+/ßÿ~`;

/** Where the data of a kind of database lies, and how it is set aside and put back. */
export interface Storage {
  readonly url: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly location: DatabaseLocation;
  readonly proxy: CuttingProxy | undefined;
  /** The sequences that consumers were told of since the data was put back; undefined where nobody can listen. */
  readonly announced: () => Promise<readonly number[] | undefined>;
  readonly save: (name: string) => Promise<void>;
  readonly load: (name: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

export const serverStorage = async (serverUrl: string): Promise<Storage> => {
  const { hostname, port } = new URL(serverUrl);
  const proxy = await startProxy({ host: hostname, port: Number(port) });
  const name = `chaos_${quietSystem.ids.uuid().slice(0, 8)}`;
  const admin = await openDatabase({ kind: 'server', url: new Secret(`${serverUrl}/postgres`) }, quietSystem);
  await admin.execute(`create role ${name} login password '${canary.replaceAll("'", "''")}'`);
  const create = (database: string, template: string) =>
    admin.execute(`create database ${quoteIdentifier(database)} owner ${name} template ${quoteIdentifier(template)}`);
  const drop = (database: string) => admin.execute(`drop database if exists ${quoteIdentifier(database)} with (force)`);
  const saved = new Set<string>();
  const user = `${name}:${encodeURIComponent(canary)}`;
  const listener = createListener(`${serverUrl}/${name}`);
  return {
    url: `"\${env.CHAOS_URL}"`,
    environment: { CHAOS_URL: `postgresql://${user}@127.0.0.1:${proxy.port}/${name}?query_timeout=2000` },
    location: { kind: 'server', url: new Secret(`postgresql://${user}@${hostname}:${port}/${name}`) },
    proxy,
    announced: listener.announced,
    save: async (template) => {
      await listener.leave();
      saved.add(template);
      await create(`${name}_${template}`, name);
    },
    load: async (template) => {
      await listener.leave();
      await drop(name);
      await create(name, saved.has(template) ? `${name}_${template}` : 'template0');
      await listener.listen();
    },
    close: async () => {
      await listener.leave();
      await proxy.close();
      for (const template of ['', ...[...saved].map((known) => `_${known}`)]) await drop(`${name}${template}`);
      await admin.execute(`drop role ${name}`);
      await admin.close();
    },
  };
};

export const embeddedStorage = (directory: string): Storage => ({
  url: 'embedded',
  environment: {},
  location: { kind: 'embedded', directory: join(directory, '.m3forge') },
  proxy: undefined,
  announced: () => Promise.resolve(undefined),
  save: () => Promise.resolve(),
  load: () => Promise.resolve(),
  close: () => Promise.resolve(),
});
