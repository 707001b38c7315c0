import type { Gateway, Progress, Submission } from '../../engine/provider/index.ts';
import { isJsonObject, type JsonObject, type JsonValue, type Secret } from '../../engine/values/index.ts';
import type { Connection } from './connection.ts';
import { memberOf, membersOf, textOf } from './reading.ts';

/**
 * The envelope of `/api/v1/invoke`. The key goes into `invoke_action` once more: the gateway puts the one of the header a
 * level too high and then misses it.
 */
const envelope = (key: Secret, action: JsonObject): JsonObject => ({
  header: {},
  parameters: { invoke_action: { api_key: key.reveal(), action_type: 'command', command: 'job', ...action } },
});

/** What the gateway answered, where it says that all is well. It says 200 to failures too. */
const invoke = async (connection: Connection, key: Secret | undefined, action: JsonObject): Promise<JsonObject> => {
  if (!key) throw connection.refuse('gateway-token-missing', 'takes invocations with a token only, and there is none.');
  const answer = await connection.json({ method: 'POST', path: '/api/v1/invoke', body: envelope(key, action) });
  const parameters = memberOf(answer.value, 'parameters');
  if (answer.status !== 200)
    throw connection.refuse('gateway-error', `fails at an invocation (${connection.wordsOf(answer)}).`);
  if (!isJsonObject(parameters)) {
    throw connection.refuse('gateway-answer-invalid', 'answers an invocation in a form that Marie does not have.');
  }
  const words = connection.wordsOf({ status: answer.status, value: parameters });
  if (/token/i.test(textOf(parameters.error) ?? '')) {
    throw connection.refuse('gateway-token-refused', `refuses its token (${words}).`);
  }
  if (parameters.status !== 'ok') throw connection.refuse('gateway-error', `refuses an invocation (${words}).`);
  return parameters;
};

const submissionOf = ({ planner, queue, input, reference }: Submission): JsonObject => ({
  action: 'submit',
  name: queue,
  // What a gateway insists on; whoever needs it otherwise says so in the input.
  metadata: { project_id: 'm3forge', ref_type: 'smoke-test', ref_id: reference, ...input, planner },
});

/** States in the order in which a job goes through them, so that none slips through between two questions. */
const openStates = ['created', 'retry', 'active'] as const;
const failedStates = ['failed', 'expired', 'cancelled'] as const;

/** How many jobs in a state belong to a run. There is no question for one run, and `/api/jobs` alone fails on a stock schema. */
const jobsIn = async (connection: Connection, state: string, run: string): Promise<number> => {
  const jobs = await connection.result(`/api/jobs/${state}`);
  return membersOf(jobs).filter(([, job]) => memberOf(job, 'dag_id') === run).length;
};

const sumOf = async (connection: Connection, states: readonly string[], run: string): Promise<number> => {
  let sum = 0;
  for (const state of states) sum += await jobsIn(connection, state, run);
  return sum;
};

export const runsOf = (
  connection: Connection,
  token: Secret | undefined,
): Pick<Gateway, 'checkToken' | 'submit' | 'progress' | 'knowsJob'> => ({
  checkToken: async () => {
    await invoke(connection, token, { action: 'status', name: 'status', metadata: {} });
  },
  submit: async (order) => {
    const { job_id: run } = await invoke(connection, token, submissionOf(order));
    if (typeof run !== 'string' || run === '') {
      throw connection.refuse('gateway-answer-invalid', 'accepts a run and does not name it.');
    }
    return run;
  },
  progress: async (run): Promise<Progress> => {
    const open = await sumOf(connection, openStates, run);
    const failed = await sumOf(connection, failedStates, run);
    // What is completed grows for ever; it is asked for only where it decides.
    return { open, failed, completed: open > 0 || failed > 0 ? 0 : await jobsIn(connection, 'completed', run) };
  },
  knowsJob: async (id) => {
    const { status, value } = await connection.json({ path: `/api/jobsXX/${encodeURIComponent(id)}` });
    return status === 200 && memberOf(value, 'status') === 'OK';
  },
});

export const reloadOf =
  (connection: Connection): Gateway['reload'] =>
  async (path: string, message: JsonValue) => {
    const response = await connection.send({ method: 'POST', path, body: message });
    if (response.status >= 200 && response.status <= 299) {
      // Whatever loads the definitions may speak as the gateway does: 200 and an error inside.
      const said = saidIn(response.body);
      if (said?.status !== 'error') return;
      throw connection.refuse(
        'gateway-error',
        `does not reload (${connection.wordsOf({ status: 200, value: said })}).`,
      );
    }
    throw connection.refuse('gateway-error', `does not reload: HTTP ${response.status} for ${path}.`);
  };

const saidIn = (body: Buffer): JsonObject | undefined => {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
};
