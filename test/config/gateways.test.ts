import { describe, expect, test } from 'vitest';
import { complaints, loaded } from './project.ts';

const head = 'version: 1\nproject: x\n';
const target = 'targets: { t: { environment: e, version: latest } }\n';

describe('the shapes in which the product documents name gateways', () => {
  test.each([
    [
      'a mapping',
      'gateways: { g: { url: "http://127.0.0.1:1" } }\nenvironments: { e: { type: development, gateways: [g] } }',
    ],
    [
      'a list',
      'gateways: [{ id: g, name: G, url: "http://127.0.0.1:1" }]\nenvironments: { e: { type: development, gateways: [g] } }',
    ],
    [
      'in place',
      'environments: { e: { type: development, gateways: [{ id: g, url: "http://127.0.0.1:1", weight: 70 }] } }',
    ],
    ['by aliases', 'environments: { e: { type: development, gateway_id: g, gateway_url: "http://127.0.0.1:1" } }'],
    [
      'naming the environment itself',
      'gateways: { g: { url: "http://127.0.0.1:1", environment: e } }\nenvironments: { e: { type: development } }',
    ],
    [
      'by an alias of one that is described',
      'gateways: { g: { url: "http://127.0.0.1:1" } }\nenvironments: { e: { type: development, gateway_id: g } }',
    ],
  ])('%s', async (_, lines) => {
    const config = await loaded(`${head}${lines}\n${target}`);
    const [gateway] = config.environments.get('e')?.gateways ?? [];
    expect(gateway).toMatchObject({
      id: 'g',
      url: { text: 'http://127.0.0.1:1' },
      healthPath: 'auto',
      timeoutMs: 30000,
    });
    expect(config.targets.get('t')?.gateways.map(({ id }) => id)).toEqual(['g']);
  });

  test('a URL alone makes a gateway that is named after its target, as regions are written', async () => {
    const config = await loaded(
      `${head}environments: { e: { type: development } }\ntargets: { eu: { environment: e, version: latest, region: eu-west-1, gateway_url: "http://127.0.0.1:1" } }`,
    );
    expect(config.targets.get('eu')?.gateways.map(({ id }) => id)).toEqual(['gateway-eu']);
    expect(config.environments.get('e')?.gateways).toEqual([]);
  });

  test('an environment may say of its gateway what the product documents say there', async () => {
    const config = await loaded(
      `${head}environments: { e: { type: staging, gateway_id: g, gateway_url: "https://g.example.com", verify_ssl: true } }\n${target}`,
    );
    expect(config.gateways.get('g')).toMatchObject({ verifyTls: true, url: { text: 'https://g.example.com' } });
  });

  test('the health check of a gateway may be said as its URL', async () => {
    const config = await loaded(
      `${head}gateways: { g: { url: "https://g.example.com", health_check_url: "https://g.example.com/health" } }`,
    );
    expect(config.gateways.get('g')?.healthPath).toBe('/health');
  });

  test('a target without gateways of its own keeps the digest of its configuration', async () => {
    const config = await loaded(`${head}environments: { e: { type: development } }\n${target}`);
    expect(JSON.stringify(config.targets.get('t')?.slice)).not.toContain('gateways');
  });
});

describe('what is said of a gateway that cannot be asked', () => {
  test.each([
    [
      'nothing says where it is',
      'gateways: { gate: { url: "http://127.0.0.1" } }\nenvironments: { e: { type: development, gateways: [gat] } }',
      'config-unknown-gateway m3forge.yaml:4:52 The gateway "gat" is named here, and nothing says where it is.',
    ],
    [
      'two URLs',
      'gateways: { g: { url: "http://127.0.0.1" } }\nenvironments: { e: { type: development, gateway_id: g, gateway_url: "http://127.0.0.2" } }',
      'config-alias-conflict m3forge.yaml:4:69 The gateway "g" has another URL on line 3.',
    ],
    [
      'the same URL, and something else of it that would be ignored',
      'gateways: { g: { url: "http://127.0.0.1" } }\nenvironments: { e: { type: development, gateway_id: g, gateway_url: "http://127.0.0.1", verify_ssl: false } }',
      'config-alias-conflict m3forge.yaml:4:101 The gateway "g" has another `verify_ssl` on line 3.',
    ],
    [
      'the same URL, and another path for its health',
      'gateways: { g: { url: "http://127.0.0.1", health_check: { path: /a } } }\nenvironments: { e: { type: development, gateway_id: g, gateway_url: "http://127.0.0.1", health_check_url: "http://127.0.0.1/b" } }',
      'config-alias-conflict m3forge.yaml:4:107 The gateway "g" has another `health_check_url` on line 3.',
    ],
    [
      'no URL of the web',
      'gateways: { g: { url: "postgresql://db" } }',
      'config-gateway m3forge.yaml:3:23 The gateway "g" cannot be asked: `postgresql://db` is no URL that begins with http:// or https://.',
    ],
    [
      'a password in it',
      'gateways: { g: { url: "https://me:hunter2@g.example.com" } }',
      'config-gateway m3forge.yaml:3:23 The gateway "g" cannot be asked: a user or a password in it is not accepted.',
    ],
    [
      'an id that is no name',
      'gateways: { "Gate Way": { url: "http://127.0.0.1" } }',
      'config-invalid-name m3forge.yaml:3:13 "Gate Way" cannot be a name: it takes a lower-case letter, then up to 62 of a-z, 0-9, "-" and "_".',
    ],
    [
      'the health of something else',
      'gateways: { g: { url: "https://g.example.com", health_check_url: "https://other.example.com/health" } }',
      'config-gateway m3forge.yaml:3:66 The health of a gateway is asked of the gateway itself: begin with its own URL.',
    ],
    [
      'the health of nobody',
      'gateways: { g: { url: "http://127.0.0.1" } }\nenvironments: { e: { type: development, gateway_id: g, health_check_url: "http://127.0.0.1/h" } }',
      'config-gateway m3forge.yaml:4:56 Only together with `gateway_url` is it plain which gateway `health_check_url` is about.',
    ],
    [
      'an environment that does not exist',
      'gateways: { g: { url: "http://127.0.0.1", environment: e } }\nenvironments: { ee: { type: development } }',
      'config-unknown-environment m3forge.yaml:3:56 The gateway "g" names the environment "e", which does not exist.',
    ],
    [
      'a proof of nobody',
      'environments: { e: { type: development, verify_ssl: true } }',
      'config-gateway m3forge.yaml:3:41 Only together with `gateway_url` is it plain which gateway `verify_ssl` is about.',
    ],
    [
      'a reload that is no path',
      'gateways: { g: { url: "http://127.0.0.1", reload: { path: reload } } }',
      'config-gateway m3forge.yaml:3:59 A path begins with "/".',
    ],
    [
      'a token in the file',
      'gateways: { g: { url: "http://127.0.0.1", token: mau_hunter2 } }',
      'config-literal-password m3forge.yaml:3:50 Everyone who can read this file can read the token of this gateway.',
    ],
    [
      'an expression that nobody resolves',
      `gateways: { g: { url: "\${var.URL}" } }`,
      `config-gateway m3forge.yaml:3:23 The gateway "g" cannot be asked: \`\${var.URL}\` cannot be resolved here: only \${env.NAME} and \${NAME} can.`,
    ],
    [
      'a token that nobody resolves',
      `gateways: { g: { url: "http://127.0.0.1", token: "\${var.T}" } }`,
      `config-expression m3forge.yaml:3:50 \`\${var.T}\` cannot be resolved here: only \${env.NAME} and \${NAME} can.`,
    ],
    [
      'no proof of who it is',
      'gateways: { g: { url: "https://g.example.com", verify_ssl: false } }\nenvironments: { e: { type: production, gateways: [g] } }',
      'config-tls-unverified m3forge.yaml:3:60 In production each gateway proves who it is.',
    ],
    [
      'what everyone on the way can read, in production',
      'gateways: { g: { url: "http://g.example.com" } }\nenvironments: { e: { type: production, gateways: [g] } }',
      'config-tls-unverified m3forge.yaml:3:23 What is sent to "g" over http:// can be read and changed on the way, its token too.',
    ],
    [
      'asked how often, by nobody',
      'gateways: { g: { url: "http://127.0.0.1", health_check: { path: /status, interval_seconds: 5 } } }',
      'config-not-available m3forge.yaml:3:74 `gateways.g.health_check.interval_seconds` is known, but not available yet.',
    ],
  ])('%s', async (_, lines, said) => {
    expect(await complaints(`${head}${lines}\n`)).toEqual([said]);
  });
});

describe('smoke tests that ask gateways', () => {
  const tested = (test: string, gateways = 'gateways: [{ id: g, url: "http://127.0.0.1" }]'): string =>
    `${head}environments: { e: { type: development${gateways === '' ? '' : `, ${gateways}`} } }
targets:
  t:
    environment: e
    version: latest
    smoke_tests:
      - ${test}
`;

  test.each([
    ['a run', '{ name: a, invoke: { workflow: extract, input: { uri: "s3://b/k" } } }'],
    ['a path', '{ name: a, http: { path: /status, expect_status: 200, expect_json: { marie: {} } } }'],
  ])('%s is accepted', async (_, line) => {
    expect(await complaints(tested(line))).toEqual([]);
  });

  test.each([
    ['{ name: a, invoke: { workflow: extract } }', '', /each gateway, and the target "t" has none/],
    ['{ name: a, http: { path: /status } }', '', /each gateway, and the target "t" has none/],
    ['{ name: a, http: { path: status } }', undefined, /A path begins with/],
    ['{ name: a, http: { path: /s, url: "http://127.0.0.1" } }', undefined, /to a `url` or to a `path`/],
    ['{ name: a, http: { path: /s, verify_ssl: false } }', undefined, /each gateway says `verify_ssl` itself/],
    ['{ name: a, invoke: { workflow: w, input: { planner: x } } }', undefined, /The planner of a run is/],
  ])('%s is refused where it means nothing', async (line, gateways, said) => {
    expect((await complaints(tested(line, gateways))).join('\n')).toMatch(said);
  });
});
