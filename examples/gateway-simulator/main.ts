/**
 * A simulator of a Marie-AI 4.0.0 gateway for trying out m3forge:
 *
 *     node examples/gateway-simulator/main.ts --port 51000 --executors extract_executor --key KEY
 */
import { parseArgs } from 'node:util';
import { loadFromPlace } from './from-place.ts';
import { startSimulator } from './simulator.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '51000' },
    version: { type: 'string', default: '4.0.0' },
    executors: { type: 'string', default: '' },
    key: { type: 'string', multiple: true, default: [] },
    'planner-api': { type: 'string', default: 'form' },
    'load-from': { type: 'string' },
    schema: { type: 'string', default: 'public' },
  },
});

const plannerApi = values['planner-api'];
if (plannerApi !== 'form' && plannerApi !== 'query' && plannerApi !== 'body') {
  throw new Error('--planner-api is form, query or body');
}

const place = values['load-from'];
const simulator = await startSimulator({
  port: Number(values.port),
  version: values.version,
  executors: values.executors.split(',').filter((name) => name !== ''),
  keys: values.key,
  plannerApi,
  ...(place !== undefined && { load: () => loadFromPlace(place, values.schema) }),
});

process.stdout.write(`A simulator of a Marie-AI gateway listens on ${simulator.url}. It is no gateway.\n`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void simulator.close().then(() => process.exit()));
}
