import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../engine/config/index.ts';
import type { Outcome } from '../../engine/diagnostics/index.ts';
import { parseJson, parseYaml } from '../../engine/documents/index.ts';
import { createLog, realSystem } from '../../engine/system/index.ts';
import { configurationBombs, jsonBombs } from './more-bombs.ts';
import { type Bomb, yamlBombs } from './yaml-bombs.ts';

/**
 * A process that lets every bomb go off again and again, and says as JSON how each went. When a bomb ends the process, no
 * answer comes. Arguments: how often, of how many bytes, and for which parsers where not for all of them;
 * `node test/hostile/bomb-run.ts 100 1000000` is the long form.
 */
const [repeats = 100, bytes = 4000] = process.argv.slice(2, 4).map(Number);
const parsers = process.argv.slice(4);
const chosen = [...yamlBombs, ...jsonBombs, ...configurationBombs].filter(
  ({ parser }) => parsers.length === 0 || parsers.includes(parser),
);

const directory = mkdtempSync(join(tmpdir(), 'm3forge-bombs-'));
const file = join(directory, 'm3forge.yaml');
writeFileSync(join(directory, 'included.yaml'), '[]\n');
const system = {
  ...realSystem(
    createLog('silent', () => undefined),
    new AbortController().signal,
  ),
  cwd: () => directory,
};

const parse = (parser: Bomb['parser'], text: string): Promise<Outcome<unknown>> | Outcome<unknown> => {
  if (parser === 'configuration') return loadConfig(system, {});
  const document = { filename: 'bomb', text };
  return parser === 'yaml' ? parseYaml(document) : parseJson(document);
};

/** Time of this thread on a processor: what others do on the machine meanwhile does not count. */
const milliseconds = (): number => {
  const { user, system: kernel } = process.threadCpuUsage();
  return (user + kernel) / 1000;
};

const explode = async ({ name, parser, text: make }: Bomb, times: number) => {
  const text = make(bytes);
  if (parser === 'configuration') writeFileSync(file, text);
  const verdicts = new Set<string>();
  let slowest = 0;
  for (let round = 0; round < times; round += 1) {
    const start = milliseconds();
    const outcome = await parse(parser, text);
    slowest = Math.max(slowest, milliseconds() - start);
    verdicts.add(outcome.ok ? 'value' : (outcome.diagnostics[0]?.code ?? 'nothing'));
    const isPlaced = outcome.ok || outcome.diagnostics.every(({ range }) => range !== undefined);
    if (!isPlaced) verdicts.add('a problem without a position');
  }
  return { name: `${parser}: ${name}`, verdicts: [...verdicts], slowest };
};

try {
  // What is loaded at the first use, such as the validator of schemas, is no growth.
  for (const bomb of [...yamlBombs.slice(0, 1), ...jsonBombs.slice(0, 1), ...configurationBombs])
    await explode(bomb, 1);
  const before = process.memoryUsage().rss;
  const bombs = [];
  for (const bomb of chosen) bombs.push(await explode(bomb, repeats));
  const grown = process.resourceUsage().maxRSS * 1024 - before;
  const polluted = Object.getOwnPropertyNames(Object.prototype).filter((name) => Object.hasOwn({}, name));
  process.stdout.write(JSON.stringify({ bombs, grown, polluted }));
} finally {
  rmSync(directory, { recursive: true, force: true });
}
