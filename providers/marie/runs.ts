import { Refusal } from '../../engine/diagnostics/index.ts';
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
const invoke = async (
  connection: Connection,
  key: Secret | undefined,
  action: JsonObject,
  signal: AbortSignal | undefined,
): Promise<JsonObject> => {
  if (!key) throw connection.refuse('gateway-token-missing', 'takes invocations with a token only, and there is none.');
  const answer = await connection.json({ method: 'POST', path: '/api/v1/invoke', body: envelope(key, action), signal });
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
const jobsIn = async (
  connection: Connection,
  state: string,
  run: string,
  signal: AbortSignal | undefined,
): Promise<number> => {
  const jobs = await connection.result(`/api/jobs/${state}`, signal);
  return membersOf(jobs).filter(([, job]) => memberOf(job, 'dag_id') === run).length;
};

const sumOf = async (
  connection: Connection,
  states: readonly string[],
  run: string,
  signal: AbortSignal | undefined,
): Promise<number> => {
  let sum = 0;
  for (const state of states) sum += await jobsIn(connection, state, run, signal);
  return sum;
};

/** Undefined where the list has grown longer than anybody can read: nothing is said of the run then. */
const completedIn = async (
  connection: Connection,
  run: string,
  signal: AbortSignal | undefined,
): Promise<number | undefined> => {
  try {
    return await jobsIn(connection, 'completed', run, signal);
  } catch (error) {
    if (error instanceof Refusal && error.diagnostics.some(({ code }) => code === 'http-too-large')) return undefined;
    throw error;
  }
};

export const runsOf = (
  connection: Connection,
  token: Secret | undefined,
): Pick<Gateway, 'checkToken' | 'submit' | 'progress' | 'knowsJob'> => ({
  checkToken: async (signal) => {
    await invoke(connection, token, { action: 'status', name: 'status', metadata: {} }, signal);
  },
  submit: async (order, signal) => {
    const { job_id: run } = await invoke(connection, token, submissionOf(order), signal);
    if (typeof run !== 'string' || run === '') {
      throw connection.refuse('gateway-answer-invalid', 'accepts a run and does not name it.');
    }
    return run;
  },
  progress: async (run, signal): Promise<Progress> => {
    const open = await sumOf(connection, openStates, run, signal);
    const failed = await sumOf(connection, failedStates, run, signal);
    // What is completed grows for ever; it is asked for only where it decides.
    const decides = open === 0 && failed === 0;
    return { open, failed, completed: decides ? await completedIn(connection, run, signal) : 0 };
  },
  knowsJob: async (id, signal) => {
    const { status, value } = await connection.json({ path: `/api/jobsXX/${encodeURIComponent(id)}`, signal });
    return status === 200 && memberOf(value, 'status') === 'OK';
  },
});

export const reloadOf =
  (connection: Connection): Gateway['reload'] =>
  async (path: string, message: JsonValue, signal?: AbortSignal) => {
    const response = await connection.send({ method: 'POST', path, body: message, signal });
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
