import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readArtifact, validateArtifact } from '../../engine/artifacts/index.ts';
import { diagnosticBoxes } from '../../engine/cli/views/diagnostics.ts';
import { plainStyle } from '../../engine/cli/views/style.ts';
import { loadConfig } from '../../engine/config/index.ts';
import { type Diagnostic, exitCodeOf } from '../../engine/diagnostics/index.ts';
import { createLog, realSystem } from '../../engine/system/index.ts';
import type { Kind } from './originals.ts';

/** What m3forge made of a text, and what is wrong with that. */
export interface Judgement {
  /** All problems, each kind once: texts that differ in them went different ways. */
  readonly problems: readonly string[];
  /** What should never happen, in words; undefined where all went as it should. */
  readonly fault: string | undefined;
}

/** Far more than any of these small texts takes: what is beyond it hangs. */
const slowestMs = 1000;

const directory = mkdtempSync(join(tmpdir(), 'm3forge-fuzz-'));
process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
writeFileSync(join(directory, 'more.yaml'), 'environments: { more: { type: development } }\n');
const system = {
  ...realSystem(
    createLog('silent', () => undefined),
    new AbortController().signal,
  ),
  cwd: () => directory,
};

const prototypes = [Object.prototype, Array.prototype, Function.prototype, String.prototype];
const namesIn = (): string => prototypes.map((one) => Reflect.ownKeys(one).length).join();
const untouched = namesIn();

const paths = { workflow: 'w.json', agent: 'a.yaml', processor: 'processors/ocr/processor.yaml' } as const;
/** What lies beside the manifest of a processor. */
const beside = [{ path: 'main.py', mode: '100644', digest: 'a'.repeat(64) }] as const;

const diagnosticsOf = async (kind: Kind, text: string): Promise<{ ok: boolean; found: readonly Diagnostic[] }> => {
  if (kind === 'configuration') {
    writeFileSync(join(directory, 'm3forge.yaml'), text);
    const { ok, diagnostics } = await loadConfig(system, {});
    return { ok, found: diagnostics };
  }
  const read = await readArtifact(kind, { path: paths[kind], bytes: Buffer.from(text), files: beside });
  if (!read.ok) return { ok: false, found: read.diagnostics };
  const problems = validateArtifact(read.value, read.value.document);
  return { ok: exitCodeOf(problems) === 0, found: [...read.diagnostics, ...problems] };
};

const faultIn = (ok: boolean, found: readonly Diagnostic[]): string | undefined => {
  if (ok !== (exitCodeOf(found) === 0)) return `ok is ${ok}, and the exit code ${exitCodeOf(found)}`;
  const odd = found.find(({ code, summary, detail, range }) => !code || !summary || !detail || !range);
  if (odd) return `a problem without a code, words or a position: ${JSON.stringify(odd)}`;
  const box = diagnosticBoxes(found, plainStyle);
  return /(?!\n)\p{Cc}/u.test(box) ? 'a control character in what is shown' : undefined;
};

/** The code of a problem and its sentence, without the names and numbers of this one text. */
const kindOf = ({ code, detail }: Diagnostic): string => `${code}(${detail.replace(/[`"].*[`"]|\d+/gs, '…')})`;

export const judge = async (kind: Kind, text: string): Promise<Judgement> => {
  const before = process.threadCpuUsage();
  try {
    const { ok, found } = await diagnosticsOf(kind, text);
    const { user, system: kernel } = process.threadCpuUsage(before);
    const milliseconds = (user + kernel) / 1000;
    const problems = [...new Set(found.map(kindOf))].sort();
    const changed = namesIn() === untouched ? undefined : 'a prototype was changed';
    const slow = milliseconds > slowestMs ? `it took ${Math.round(milliseconds)} ms` : undefined;
    return { problems, fault: faultIn(ok, found) ?? changed ?? slow };
  } catch (error) {
    return { problems: ['thrown'], fault: error instanceof Error ? String(error.stack) : String(error) };
  }
};
