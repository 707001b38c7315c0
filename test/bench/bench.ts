import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { startPostgres } from '../support/postgres-server.ts';
import { chartOf } from './chart.ts';
import { createEstate, type Estate } from './estate.ts';
import { measures } from './measures.ts';
import { alchemy, floors, installPeers, isAlchemyThere, isThere, type Peer } from './peers.ts';
import { type DatabaseKind, performAll, type SavableDatabase } from './project.ts';
import { publish } from './publish.ts';
import { type Repeats, repeat } from './repeat.ts';
import { completed, lineOf, markdownOf, type Report, type Row, reportOf } from './report.ts';
import { terraform } from './terraform.ts';

/**
 * What m3forge takes against the size of what it looks after, beside what people use today.
 *
 *     npm run bench -- --quick                      five minutes: small estates
 *     npm run bench                                 up to 100,000 workflows
 *     npm run bench -- --install-peers              what npm has to be measured against, once
 *     npm run bench -- --publish                    into docs/performance.md and its chart
 *     npm run bench -- --only "first plan" --with results.json   with what an earlier run has measured besides
 *     npm run bench -- --sizes 10,1000 --only "no-op plan,rollback" --database server --runs 5 --into FOLDER
 *
 * Without --runs each is done one to five times, by size, and fifteen times where that is over at once.
 */
const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    sizes: { type: 'string' },
    only: { type: 'string' },
    database: { type: 'string' },
    runs: { type: 'string' },
    peers: { type: 'string' },
    'install-peers': { type: 'boolean', default: false },
    publish: { type: 'boolean', default: false },
    with: { type: 'string' },
    into: { type: 'string', default: join(import.meta.dirname, '../../node_modules/.cache/m3forge-bench') },
  },
});

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const sizes = (values.sizes ?? (values.quick ? '10,100,1000' : '10,100,1000,3000,10000,100000')).split(',').map(Number);
const databases = (values.database ?? (values.quick ? 'server' : 'server,embedded')).split(',') as DatabaseKind[];
const runs = Number(values.runs ?? (values.quick ? '3' : '5'));
const only = values.only?.split(',');
const unknown = [
  ...(only ?? []).filter((name) => !measures.some((measure) => measure.name === name)),
  ...databases.filter((name) => name !== 'server' && name !== 'embedded'),
  ...(values.peers?.split(',') ?? []).filter((name) => !['floor', 'alchemy', 'terraform', 'none'].includes(name)),
  ...sizes.filter((size) => !Number.isInteger(size) || size < 1),
  ...(Number.isInteger(runs) && runs > 0 ? [] : [values.runs]),
  ...(values.with === undefined || existsSync(values.with) ? [] : [values.with]),
];
if (unknown.length > 0) {
  process.stderr.write(`There is nothing here that is called ${unknown.join(', ')}.\n`);
  process.exit(2);
}
const wanted = measures.filter(({ name }) => only === undefined || only.includes(name));

/** A first release of more takes many minutes there: it is not for such estates. */
const largestEmbedded = 10_000;

/** The median of three short times wavers, that of fifteen hardly. */
const repeats: Repeats = { runs, shortRuns: Number(values.runs ?? '15') };

/** What takes minutes is not done five times, unless somebody asks for it. */
const repeatsAt = (size: number): Repeats =>
  values.runs === undefined && size >= 10_000 ? { ...repeats, runs: size >= 100_000 ? 1 : 3 } : repeats;

const rows: Row[] = [];
const add = (row: Row): void => {
  rows.push(row);
  say(lineOf(row).join('  '));
};

const measureEstate = async (
  estate: Estate,
  workspace: string,
  freshDatabase: () => Promise<SavableDatabase>,
): Promise<void> => {
  const { size } = estate;
  for (const database of databases) {
    if (database === 'embedded' && size > largestEmbedded) continue;
    const world = { estate, workspace, freshDatabase: database === 'server' ? freshDatabase : undefined };
    await performAll(world, wanted, repeatsAt(size), ({ name }, taken) =>
      add({ size, by: database, measure: name, runs: taken }),
    );
  }
};

const measurePeer = async (peer: Peer, estate: Estate, workspace: string): Promise<void> => {
  if (estate.size > peer.largest) return;
  for (const { name, repeats: often, timed, standsAlone = false } of await peer.prepare(estate, workspace)) {
    const taken = await repeat(timed, often);
    add({ size: estate.size, by: peer.name, measure: name, runs: taken });
    if (taken.some(({ isCut }) => isCut) && !standsAlone) return;
  }
};

if (values['install-peers']) await installPeers();
/** What an earlier run on this machine has measured. */
const earlier = values.with === undefined ? [] : (JSON.parse(readFileSync(values.with, 'utf8')) as Report).rows;

const workspace = mkdtempSync(join(tmpdir(), 'm3forge-bench-'));
const server = await startPostgres({ durable: true });
let count = 0;
const within = async (database: string, ...statements: readonly string[]): Promise<void> => {
  const client = new pg.Client({ connectionString: `${server.url}/${database}` });
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
};

const administer = (...statements: readonly string[]): Promise<void> => within('postgres', ...statements);

const freshDatabase = async (): Promise<SavableDatabase> => {
  count += 1;
  const name = `bench_${count}`;
  const [drop, dropSaved] = [`drop database if exists ${name}`, `drop database if exists ${name}_saved`];
  await administer(`create database ${name} template template0`);
  return {
    url: `${server.url}/${name}`,
    save: () => administer(dropSaved, `create database ${name}_saved template ${name}`),
    restore: async () => {
      await administer(drop, `create database ${name} template ${name}_saved`);
      // A copy that was made a moment ago is neither written to the disk nor known to the planner.
      await within(name, 'vacuum analyze', 'checkpoint');
    },
    drop: () => administer(drop, dropSaved),
  };
};

try {
  const peers = [
    floors(repeats, isThere('psql') ? async () => (await freshDatabase()).url : undefined),
    ...(isAlchemyThere() ? [values.quick ? alchemy(1000, 60_000) : alchemy(10_000, 1_200_000)] : []),
    ...(isThere('terraform') ? [values.quick ? terraform(100, 60_000, 100) : terraform(1000, 1_200_000, 3000)] : []),
  ].filter(({ name }) => values.peers === undefined || values.peers.split(',').includes(name));
  for (const size of sizes) {
    const estate = await createEstate(join(workspace, `estate-${size}`), size);
    await measureEstate(estate, workspace, freshDatabase);
    for (const peer of peers) await measurePeer(peer, estate, workspace);
  }
  const report = reportOf(completed(rows, earlier), new Date());
  mkdirSync(values.into, { recursive: true });
  writeFileSync(join(values.into, 'results.json'), `${JSON.stringify(report, null, 2)}\n`);
  writeFileSync(join(values.into, 'results.md'), markdownOf(report));
  const chart = chartOf(report.rows);
  if (values.publish) publish(report, join(import.meta.dirname, '../../docs'));
  if (chart !== '') writeFileSync(join(values.into, 'chart.svg'), chart);
  say(`\n${markdownOf(report)}`);
} finally {
  await server.stop();
  rmSync(workspace, { recursive: true, force: true });
}
