import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { instance } from '@viz-js/viz';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dotGraph, mermaidGraph } from '../../engine/cli/views/graph.ts';
import { type Estate, type EstateGraph, graphOf } from '../../engine/operations/index.ts';
import { temporaryDirectory } from '../support/servers.ts';
import { run } from './run.ts';

const estate: Estate = {
  environments: new Map(
    [
      { name: 'development', type: 'development', displayName: 'development', enabled: true },
      {
        name: 'live',
        type: 'production',
        displayName: 'What customers get',
        enabled: true,
        gateways: [{ id: 'gw-eu', name: 'Europe' }],
      },
      { name: 'old', type: 'staging', displayName: 'old', enabled: false },
    ].map((environment) => [environment.name, environment]),
  ),
  targets: new Map(
    [
      {
        name: 'production',
        environment: 'live',
        displayName: 'production',
        enabled: true,
        version: { kind: 'from', target: 'development' },
        gateways: [
          { id: 'gw-eu', name: 'Europe' },
          { id: 'gw-us', name: 'gw-us' },
        ],
      } as const,
      {
        name: 'development',
        environment: 'development',
        displayName: 'development',
        enabled: true,
        version: { kind: 'range', text: '^1.2' },
      } as const,
      {
        name: 'hotfix',
        environment: 'live',
        displayName: 'Hotfix',
        enabled: false,
        version: { kind: 'exact', text: 'v1.2.1' },
      } as const,
    ].map((target) => [target.name, target]),
  ),
};

test('a graph in Mermaid', () => {
  expect(mermaidGraph(graphOf(estate))).toBe(`flowchart LR
  version1(["#94;1.2"])
  version2(["v1.2.1"])
  target1["development"]
  target2["production"]
  environment1[("live<br>production, What customers get")]
  gateway1{{"gw-eu<br>Europe"}}
  gateway2{{"gw-us"}}
  environment2[("development")]
  target3["hotfix<br>Hotfix<br>disabled"]:::disabled
  environment3[("old<br>staging<br>disabled")]:::disabled
  target1 -.->|from| target2
  target2 -->|releases into| environment1
  target2 -->|read by| gateway1
  target2 -->|read by| gateway2
  version1 --> target1
  target1 -->|releases into| environment2
  version2 --> target3
  target3 -->|releases into| environment1
  environment1 -->|read by| gateway1
  classDef disabled stroke-dasharray: 4 4`);
});

test('in three regions each target is read by the gateway of its own', async () => {
  const cwd = join(import.meta.dirname, '../../examples/regions');
  const { stdout } = await run(['graph', '--json'], { cwd });
  const { nodes, edges } = JSON.parse(stdout) as EstateGraph;
  const nameOf = (id: string): string => nodes.find((node) => node.id === id)?.name ?? id;
  const read = edges.filter(({ kind }) => kind === 'read').map(({ from, to }) => `${nameOf(from)} > ${nameOf(to)}`);
  const regions = ['ap-southeast', 'eu-west', 'us-east'];
  expect(read).toEqual([
    ...regions.map((region) => `${region} > ${region}`),
    ...regions.map((region) => `production > ${region}`),
  ]);
});

test('the same graph in dot, which Graphviz lays out', async () => {
  const dot = dotGraph(graphOf(estate));
  expect(dot.split('\n').slice(0, 5)).toEqual([
    'digraph m3forge {',
    '  rankdir=LR;',
    '  version1 [label="^1.2", shape=oval];',
    '  version2 [label="v1.2.1", shape=oval];',
    '  target1 [label="development", shape=box];',
  ]);
  const viz = await instance();
  const svg = viz.renderString(dot, { format: 'svg' });
  expect(svg.match(/class="node"/g)).toHaveLength(10);
  expect(svg.match(/class="edge"/g)).toHaveLength(9);
});

const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.constantFrom(
    '"]; click target1 "javascript:alert(1)"',
    '<img src=x onerror=alert(1)>',
    '%%{init: {"theme":"dark"}}%%',
    'end',
    '\\',
    '\\"; } digraph x {',
    '\\N\\G\u001b[31m',
    'a\nb --> c',
    '`**markdown**`',
    '#quot;',
  ),
);

const named = (name: string): Estate => ({
  environments: new Map([
    ['e', { name: 'e', type: 'staging', displayName: name, enabled: true, gateways: [{ id: name, name }] }],
  ]),
  targets: new Map([
    ['t', { name: 't', environment: 'e', displayName: name, enabled: true, version: { kind: 'latest', text: name } }],
  ]),
});

test('whatever something is called, the graph has the same lines and nothing is obeyed', async () => {
  const viz = await instance();
  fc.assert(
    fc.property(hostile, (name) => {
      const graph = graphOf(named(name));
      const mermaid = mermaidGraph(graph);
      expect(mermaid.split('\n')).toHaveLength(1 + graph.nodes.length + graph.edges.length);
      for (const [, label = ''] of mermaid.matchAll(/"(.*)"/g)) {
        expect(label.replaceAll('<br>', '')).toMatch(/^[\p{L}\p{N} .,_#;-]*$/u);
      }
      const drawn = viz.render(dotGraph(graph), { format: 'json' });
      expect(drawn.errors.filter(({ level }) => level !== 'warning')).toEqual([]);
      const objects = (JSON.parse(drawn.output ?? '{}') as { readonly objects: readonly object[] }).objects;
      expect(objects).toHaveLength(graph.nodes.length);
    }),
    { numRuns: 60 },
  );
});

test('m3forge graph draws the configuration, and refuses what it cannot', async () => {
  const cwd = temporaryDirectory();
  const file = (text: string): void => writeFileSync(join(cwd, 'm3forge.yaml'), `version: 1\nproject: x\n${text}`);
  file('environments: { dev: { type: development } }\ntargets: { t: { environment: dev, version: latest } }\n');
  expect((await run(['graph'], { cwd })).stdout).toContain('  version1 --> target1\n');
  expect((await run(['graph', '--format', 'dot'], { cwd })).stdout).toContain('digraph m3forge {\n');
  expect(JSON.parse((await run(['graph', '--json'], { cwd })).stdout).edges).toEqual([
    { from: 'version1', to: 'target1', kind: 'wanted' },
    { from: 'target1', to: 'environment1', kind: 'releases' },
  ]);
  expect((await run(['graph', '--format', 'svg'], { cwd })).stderr).toContain('[usage-flag-value]');
  expect((await run(['graph', '--format', 'dot', '--json'], { cwd })).stderr).toContain('[usage-flags-conflict]');
  file('targets: { t: { environment: none, version: latest } }\n');
  expect(await run(['graph'], { cwd })).toMatchObject({ exitCode: 3, stdout: '' });
});
