import type { System } from '../../engine/system/index.ts';
import { type SimulatorOptions, startSimulator } from '../../examples/gateway-simulator/simulator.ts';
import { createProject, type TestProject } from '../support/project.ts';
import { testSystem } from '../support/servers.ts';

/** A token as a gateway wants it: 58 characters with the prefix of a user's. */
export const token = `mau_${'0123456789abcdef'.repeat(4)}`.slice(0, 58);

/** A simulator that takes this token and serves the executor of the workflows that tests make. */
export const startGateway = (options: SimulatorOptions = {}) =>
  startSimulator({ executors: ['extract_executor'], keys: [token], ...options });

export interface GatewayLines {
  readonly url: string;
  /** More keys of it, such as `reload: { path: /x }`. */
  readonly more?: string;
}

/** A project whose one target has these gateways; `target` is more of its keys. */
export const createEstate = async (
  gateways: Readonly<Record<string, GatewayLines>>,
  target = '',
  environment: 'development' | 'production' = 'development',
  system: Partial<System> = {},
): Promise<TestProject> => {
  const variables: Readonly<Record<string, string>> = { GATEWAY_TOKEN_ONE: token, GATEWAY_TOKEN_TWO: token };
  const real = testSystem();
  const env = (name: string): string | undefined => variables[name] ?? real.env(name);
  const project = await createProject('schemas', { environments: [environment], system: { env, ...system } });
  const lines = Object.entries(gateways).map(
    ([id, { url, more = 'weight: 100' }]) => `  ${id}: { url: "${url}", timeout_ms: 5000, ${more} }`,
  );
  project.configure(
    `  t:\n    environment: ${environment}\n    version: latest\n    gateways: [${Object.keys(gateways).join(', ')}]\n${target}\ngateways:\n${lines.join('\n')}`,
  );
  return project;
};

/** The titles of the steps that were carried out, in order. */
export const stepsOf = ({ events }: TestProject): readonly string[] =>
  events.flatMap((event) => (event.type === 'step_complete' ? [`${event.step}: ${event.detail}`] : []));

export const logOf = ({ events }: TestProject): readonly string[] =>
  events.flatMap((event) => (event.type === 'log' ? [event.message] : []));
