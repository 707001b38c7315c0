import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import tls from 'node:tls';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { builtIn } from '../../engine/built-in.ts';
import type { Database } from '../../engine/database/index.ts';
import type { Provider } from '../../engine/provider/index.ts';
import { artifactCases } from '../../engine/provider/kit/artifact-cases.ts';
import { checkCases } from '../../engine/provider/kit/check-cases.ts';
import { type GatewaySubject, gatewayCases } from '../../engine/provider/kit/gateway-cases.ts';
import { notifierCases } from '../../engine/provider/kit/notifier-cases.ts';
import { storeCases } from '../../engine/provider/kit/store-cases.ts';
import { type JsonObject, Secret } from '../../engine/values/index.ts';
import { type Simulator, startSimulator } from '../../examples/gateway-simulator/simulator.ts';
import { command } from '../../providers/command/index.ts';
import { email } from '../../providers/email/index.ts';
import { filesystem } from '../../providers/filesystem/index.ts';
import { http } from '../../providers/http/index.ts';
import { marie } from '../../providers/marie/index.ts';
import { pagerduty } from '../../providers/pagerduty/index.ts';
import { postgres } from '../../providers/postgres/index.ts';
import { s3 } from '../../providers/s3/index.ts';
import { slack } from '../../providers/slack/index.ts';
import { webhook } from '../../providers/webhook/index.ts';
import { createAuthority } from '../http/certificate.ts';
import { type Loopback, serve } from '../http/loopback.ts';
import { type MailServer, readMail, startMailServer } from '../support/mail-server.ts';
import { openNotifier } from '../support/notices.ts';
import { answering, type Receiver, startReceiver } from '../support/receiver.ts';
import { bucketName, knownKey, type S3Server, startS3Server } from '../support/s3-server.ts';
import { freshDatabase, openForTests, temporaryDirectory, testSystem } from '../support/servers.ts';

// The kit that third parties try their providers with, on every one that is built in.

const secret = 'a-secret-that-nobody-may-see';
const isLeak = (text: string): boolean => text.includes(secret);
const redact = (text: string): string => text.replaceAll(secret, '***');

let server: S3Server;
let web: Loopback;
let silent: Loopback;
beforeAll(async () => {
  server = await startS3Server();
  silent = await serve(() => undefined);
  web = await serve((request, response) => {
    if (request.url?.startsWith('/hang')) return;
    response.writeHead(request.url?.startsWith('/up') ? 200 : 503).end(`${secret} is not shown`);
  });
});
afterAll(async () => {
  for (const one of [server, web, silent]) await one[Symbol.asyncDispose]();
});

/** The names of those that are tried here, as their tests are made. */
const tried: string[] = [];
const named = ({ name }: Provider): string => {
  tried.push(name);
  return name;
};

/** What cases run with is known when the servers are up, so the cases are made inside their tests. */
const storeTitles = storeCases({
  open: () => Promise.reject(new Error('not opened')),
  fixture: { options: {}, broken: {}, hanging: {} },
  isLeak,
  folder: '',
});

const openStore = ({ name, backupStore }: Provider, location: string, options: JsonObject) => {
  if (!backupStore) throw new Error(`${name} has no backup store`);
  return backupStore({ system: testSystem(), location, options });
};

describe(named(s3), () => {
  const told = (changes: JsonObject) => ({ bucket: bucketName, endpoint: server.endpoint, ...knownKey, ...changes });
  const cases = () =>
    storeCases({
      open: (options, timeoutMs) =>
        openStore(s3, '/', { ...(options as JsonObject), request_timeout_seconds: timeoutMs / 1000 }),
      fixture: {
        options: told({}),
        broken: told({ secret_access_key: secret }),
        hanging: told({ endpoint: `http://127.0.0.1:${silent.port}`, secret_access_key: secret }),
      },
      ...{ isLeak, folder: 'conformance' },
    });
  test.each(storeTitles.map(({ title }) => title))('%s', (title) =>
    cases()
      .find((one) => one.title === title)
      ?.run(),
  );
});

describe(named(filesystem), () => {
  const directory = temporaryDirectory();
  // A link that leads to itself can be neither read nor written, whoever asks.
  const circle = join(temporaryDirectory(), 'circle');
  symlinkSync(circle, circle);
  const cases = storeCases({
    open: (options) => openStore(filesystem, String(options.directory), {}),
    fixture: { options: { directory }, broken: { directory: circle } },
    ...{ isLeak, folder: 'conformance' },
  });
  test.each(cases)('$title', ({ run }) => run());
});

const checkTitles = checkCases({
  run: () => Promise.reject(new Error('not run')),
  fixture: { passing: {}, failing: {}, broken: {}, hanging: {} },
  ...{ isLeak, directory: '/' },
});

describe.each<readonly [Provider, () => Readonly<Record<'passing' | 'failing' | 'broken' | 'hanging', JsonObject>>]>([
  [
    http,
    () => {
      const url = `http://127.0.0.1:${web.port}`;
      return {
        passing: { url: `${url}/up?token=${secret}` },
        failing: { url: `${url}/down?token=${secret}` },
        broken: { url: `http://127.0.0.1:1/?token=${secret}` },
        hanging: { url: `${url}/hang?token=${secret}` },
      };
    },
  ],
  [
    command,
    () => ({
      passing: { run: `echo ${secret}` },
      failing: { run: `echo ${secret}; exit 3` },
      broken: { run: join('/absent', secret) },
      hanging: { run: `echo ${secret}; exec sleep 600` },
    }),
  ],
])('$name', (provider, fixture) => {
  named(provider);
  const { check } = provider;
  const cases = () =>
    checkCases({
      run: (question) => {
        const run = check?.({ system: testSystem() }).run;
        if (!run) throw new Error('no check');
        return run({ ...question, options: question.options as JsonObject, redact });
      },
      fixture: fixture(),
      ...{ isLeak, directory: temporaryDirectory() },
    });
  test.each(checkTitles.map(({ title }) => title))('%s', (title) =>
    cases()
      .find((one) => one.title === title)
      ?.run(),
  );
});

describe(named(marie), () => {
  const key = `mau_${'0123456789abcdef'.repeat(4)}`.slice(0, 58);
  let well: Simulator;
  let refusing: Simulator;
  beforeAll(async () => {
    well = await startSimulator({ executors: ['b', 'a'], keys: [key], plannerApi: 'query' });
    refusing = await startSimulator();
  });
  afterAll(async () => {
    await well.close();
    await refusing.close();
  });
  const urlOf = (at: Parameters<GatewaySubject['open']>[0]): string =>
    ({
      well: well?.url,
      refusing: refusing?.url,
      absent: 'http://127.0.0.1:1',
      silent: `http://127.0.0.1:${silent?.port}`,
    })[at];
  const cases = gatewayCases({
    open: (at, timeoutMs) => {
      const context = { system: testSystem(), id: 'tried', url: urlOf(at), token: new Secret(key) };
      const gateway = marie.gateway?.({ ...context, healthPath: 'auto', timeoutMs, verifyTls: true });
      if (!gateway) throw new Error('no gateway');
      return gateway;
    },
    isLeak: (text) => text.includes(key),
  });
  test.each(cases)('$title', ({ run }) => run());
});

type Where = 'well' | 'refusing' | 'absent' | 'silent';

/** Those that post: where their secret goes, and by what a receiver tells messages apart. */
describe.each<readonly [Provider, (url: string) => JsonObject, header: string]>([
  [slack, (url) => ({ url: `${url}/services/${secret}` }), 'idempotency-key'],
  [pagerduty, (url) => ({ url, routing_key: secret }), 'idempotency-key'],
  [
    webhook,
    (url) => ({ url: `${url}/?token=${secret}`, secret: `whsec_${Buffer.alloc(32, 1).toString('base64')}` }),
    'webhook-id',
  ],
])('$name', (provider, options, header) => {
  named(provider);
  let well: Receiver;
  let refusing: Receiver;
  beforeAll(async () => {
    well = await startReceiver();
    refusing = await startReceiver();
    refusing.answer = answering(403, `${secret} is not welcome`);
  });
  afterAll(async () => {
    await well[Symbol.asyncDispose]();
    await refusing[Symbol.asyncDispose]();
  });
  const urlOf = (at: Where): string =>
    ({
      well: well?.url,
      refusing: refusing?.url,
      absent: 'http://127.0.0.1:1',
      silent: `http://127.0.0.1:${silent?.port}`,
    })[at];
  const cases = notifierCases({
    open: (at) => openNotifier(provider, options(urlOf(at)), secret),
    arrived: async () => well.received.map(({ headers }) => String(headers[header] ?? '')),
    isLeak,
  });
  test.each(cases)('$title', ({ run }) => run());
});

describe(named(email), () => {
  const authority = createAuthority();
  const trusted = tls.getCACertificates('default');
  let well: MailServer;
  let refusing: MailServer;
  beforeAll(async () => {
    tls.setDefaultCACertificates([...trusted, authority.cert]);
    const manner = { ...authority.issue(), secure: true };
    well = await startMailServer({ ...manner, login: { user: 'bot', pass: secret } });
    refusing = await startMailServer({ ...manner, login: { user: 'bot', pass: 'another' } });
  });
  afterAll(async () => {
    tls.setDefaultCACertificates(trusted);
    await well[Symbol.asyncDispose]();
    await refusing[Symbol.asyncDispose]();
  });
  const portOf = (at: Where): number | undefined =>
    ({ well: well?.port, refusing: refusing?.port, absent: 1, silent: silent?.port })[at];
  const cases = notifierCases({
    open: (at) => {
      const url = `smtps://bot:${secret}@127.0.0.1:${portOf(at)}`;
      return openNotifier(email, { url, from: 'a@example.com', to: ['b@example.com'] }, secret);
    },
    arrived: async (count) => {
      await vi.waitFor(() => expect(well.mails.length).toBeGreaterThanOrEqual(count), { timeout: 10_000 });
      return well.mails.map((mail) => readMail(mail).headers.get('Message-ID') ?? '');
    },
    isLeak,
  });
  test.each(cases)('$title', ({ run }) => run());
});

/** Hosts of pull requests: test/source-control tries both by the same cases, against what their hosts publish of themselves. */
const triedElsewhere = ['github', 'gitea'];

test('all that are built in are tried here, or by cases of their own', () => {
  expect([...tried, ...triedElsewhere].sort()).toEqual(Object.keys(builtIn).sort());
});

test('each kind that a third party can have has cases', () => {
  expect([storeTitles.length, checkTitles.length]).toEqual([12, 6]);
});

describe(named(postgres), () => {
  let database: Database;
  beforeAll(async () => {
    database = await openForTests({ kind: 'server', url: new Secret(await freshDatabase()) });
  });
  let places = 0;
  const cases = artifactCases({
    open: async () => {
      places += 1;
      const store = postgres.artifactStore?.({ system: testSystem(), database, schema: `place_${places}` });
      if (!store) throw new Error('no artifact store');
      return store;
    },
    uuid: () => testSystem().ids.uuid(),
  });
  test.each(cases)('$title', ({ run }) => run());
});
