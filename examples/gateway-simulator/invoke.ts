import { isRecord, type Json, type JsonRecord } from './planners.ts';
import type { Scheduler } from './scheduler.ts';

const failed = (msg: string): JsonRecord => ({
  status: 'error',
  msg,
  exception: { type: 'Unknown', message: 'Unknown error' },
});

/** A failure that the gateway did not foresee, which it answers with 500. */
export class Unforeseen extends Error {}

const submit = (action: JsonRecord, scheduler: Scheduler): JsonRecord => {
  const { name, metadata, action_type: type } = action;
  if (typeof name !== 'string' || typeof type !== 'string' || !isRecord(metadata)) {
    throw new Unforeseen('validation errors for JobSubmissionModel');
  }
  if (!metadata.project_id || !metadata.ref_type || !metadata.ref_id) {
    return failed('Project ID , Reference Type and Reference ID are required in the metadata');
  }
  if (!/^[\p{L}\p{N}._-]+$/u.test(name) || name.startsWith('amq.')) {
    return failed('Event name can only contain letters, digits, hyphen, underscore and period');
  }
  if (Buffer.byteLength(name) > 255) return failed('Event name cannot exceed 255 bytes in length');
  const id = scheduler.submit(name, action);
  return { status: 'ok', msg: `job submitted with id ${id}`, job_id: id };
};

const jobCommand = (action: JsonRecord, scheduler: Scheduler): JsonRecord => {
  switch (action.action) {
    case 'status':
    case 'logs':
    case 'events':
      return { status: 'ok', msg: `Received ${action.action} request` };
    case 'submit':
      return submit(action, scheduler);
    default:
      return failed(`Action not recognized : ${String(action.action)}`);
  }
};

/** The `parameters` of the answer. The key of the header lands beside `invoke_action`, where nothing looks for it. */
export const invoke = (
  parameters: Json | undefined,
  scheduler: Scheduler,
  isKey: (key: string) => boolean,
): JsonRecord => {
  const action = isRecord(parameters) ? parameters.invoke_action : undefined;
  if (!isRecord(action)) return { error: 'Invalid request, missing invoke_action' };
  if (action.api_key === undefined || action.api_key === null) return { error: 'Invalid request, missing api_key' };
  if (!isKey(String(action.api_key))) return { error: 'Invalid or expired token' };
  if (action.command === 'job') return jobCommand(action, scheduler);
  if (action.command === 'nodes' && action.action === 'list')
    return { status: 'ok', msg: 'Received nodes list request' };
  return failed(`Command not recognized or not implemented : ${String(action.command)}`);
};
