import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Estate } from './estate.ts';
import { bodies, type Peer, type PeerMeasure } from './peers.ts';
import { run, type Taken } from './process.ts';
import { once } from './repeat.ts';

/** The same documents as resources of the kind that needs no plugin, in a file beside its state. */
const writeResources = (directory: string, texts: readonly string[]): void => {
  const resources = Object.fromEntries(
    texts.map((text, index) => [`w${index}`, { input: text.replaceAll('${', '$${') }]),
  );
  writeFileSync(join(directory, 'main.tf.json'), JSON.stringify({ resource: { terraform_data: resources } }));
};

/** What an apply of them would leave: its own would take hours. A plan that finds a difference to it fails. */
const writeState = (directory: string, texts: readonly string[]): void => {
  const resources = texts.map((text, index) => {
    const value = { value: text, type: 'string' };
    const id = `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
    return {
      ...{ mode: 'managed', type: 'terraform_data', name: `w${index}` },
      provider: 'provider["terraform.io/builtin/terraform"]',
      instances: [{ schema_version: 0, attributes: { id, input: value, output: value, triggers_replace: null } }],
    };
  });
  const lineage = '00000000-0000-4000-8000-000000000000';
  const state = { version: 4, terraform_version: '1.0.0', serial: 1, lineage, outputs: {}, resources };
  writeFileSync(join(directory, 'terraform.tfstate'), JSON.stringify(state));
};

interface Terraform {
  readonly directory: string;
  readonly call: (args: readonly string[], timeoutMs: number) => Promise<Taken>;
}

const prepareIn = async (workspace: string, size: number): Promise<Terraform> => {
  const directory = join(workspace, `terraform-${size}`);
  mkdirSync(directory, { recursive: true });
  writeResources(directory, bodies(size));
  const env = { HOME: directory, TF_IN_AUTOMATION: '1', CHECKPOINT_DISABLE: '1', TF_CLI_CONFIG_FILE: '/dev/null' };
  const call: Terraform['call'] = (args, timeoutMs) =>
    run('terraform', [...args, '-input=false'], { cwd: directory, env, timeoutMs });
  await call(['init'], 60_000);
  return { directory, call };
};

/** With `-detailed-exitcode`, a plan that finds a difference ends with 2, which is a failure here. */
const planOfNothing = ['plan', '-detailed-exitcode'];

const wholly = async (workspace: string, size: number, longestMs: number): Promise<readonly PeerMeasure[]> => {
  const { directory, call } = await prepareIn(workspace, size);
  return [
    { name: 'first plan', repeats: once, timed: () => call(['plan'], longestMs) },
    { name: 'first apply', repeats: once, timed: () => call(['apply', '-auto-approve'], longestMs) },
    { name: 'no-op plan', repeats: once, timed: () => call(planOfNothing, longestMs) },
    {
      name: 'apply of one change',
      repeats: once,
      timed: () => {
        writeResources(directory, [...bodies(1, 2), ...bodies(size).slice(1)]);
        return call(['apply', '-auto-approve'], longestMs);
      },
    },
  ];
};

/** More than so many take it hours; these limits are enough to tell that a goal is met. */
const bounded = async (workspace: string, size: number): Promise<readonly PeerMeasure[]> => {
  const { directory, call } = await prepareIn(workspace, size);
  writeState(directory, bodies(size));
  return [
    { name: 'no-op plan', repeats: once, standsAlone: true, timed: () => call(planOfNothing, 60_000) },
    {
      name: 'first apply',
      repeats: once,
      timed: () => {
        writeState(directory, []);
        return call(['apply', '-auto-approve'], 400_000);
      },
    },
  ];
};

/**
 * `wholeTo`: estates up to this size are measured wholly, and a command that takes longer than `longestMs` is ended. Larger
 * ones, up to `largest`, are told to take more than a limit.
 */
export const terraform = (wholeTo: number, longestMs: number, largest: number): Peer => ({
  name: 'terraform',
  largest,
  prepare: ({ size }: Estate, workspace) =>
    size <= wholeTo ? wholly(workspace, size, longestMs) : bounded(workspace, size),
});
