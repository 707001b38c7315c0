import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Config, loadConfig } from '../../engine/config/index.ts';
import type { Outcome } from '../../engine/diagnostics/index.ts';
import { createLog, realSystem, type System } from '../../engine/system/index.ts';

/** A system whose working directory and environment variables are the test's. */
export const systemAt = (cwd: string, env: Readonly<Record<string, string>> = {}): System => ({
  ...realSystem(
    createLog('silent', () => undefined),
    new AbortController().signal,
  ),
  cwd: () => cwd,
  env: (name) => env[name],
});

/** Loads a configuration from files that are written for this one call. */
export const load = async (files: string | Readonly<Record<string, string>>): Promise<Outcome<Config>> => {
  const directory = mkdtempSync(join(tmpdir(), 'm3forge-config-'));
  try {
    for (const [path, text] of Object.entries(typeof files === 'string' ? { 'm3forge.yaml': files } : files)) {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), text);
    }
    return await loadConfig(systemAt(directory), {});
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
};

/** `code line:column detail`: what is wrong with a configuration, in the order in which it is said. */
export const complaints = async (files: string | Readonly<Record<string, string>>): Promise<readonly string[]> =>
  (await load(files)).diagnostics.map(({ code, range, detail }) => {
    const where = range ? `${range.filename}:${range.start.line}:${range.start.column}` : '';
    return `${code} ${where} ${detail}`;
  });

/** The same without the words. */
export const codes = async (files: string | Readonly<Record<string, string>>): Promise<readonly string[]> =>
  (await load(files)).diagnostics.map(({ code, range }) => `${code} ${range?.start.line}:${range?.start.column}`);

/** The configuration itself, where the test is about its content. */
export const loaded = async (files: string | Readonly<Record<string, string>>): Promise<Config> => {
  const outcome = await load(files);
  if (!outcome.ok) throw new Error(outcome.diagnostics.map(({ code, detail }) => `${code}: ${detail}`).join('\n'));
  return outcome.value;
};
