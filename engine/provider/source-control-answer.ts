import { problem, Refusal } from '../diagnostics/index.ts';

type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** It is not the host that answers in this way, or it is none that is known here: nothing that is asked now fares better. */
class Unreadable extends Refusal {
  constructor(detail: string) {
    const hint =
      'See whether `source_control.url` is the address of its API, and whether a proxy on the way answers in its place.';
    super(problem('source-control-answer', { detail, hint }));
  }
}

/** Whether something failed because an answer could not be read, however often that was wrapped since. Pure. */
export const isUnreadable = (error: unknown): boolean =>
  error instanceof Unreadable || (error instanceof Error && isUnreadable(error.cause));

const answerInvalid = (what: string): Refusal =>
  new Unreadable(`The host answers with ${what}, which this version of m3forge cannot read.`);

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

/** A list of objects, as every list of a host is. */
export const listOf = <T>(data: readonly T[]): readonly T[] => {
  if (!Array.isArray(data)) throw answerInvalid('something that is no list');
  if (!data.every(isObject)) throw answerInvalid('a list of something else than objects');
  return data;
};

export const objectOf = <T>(data: T): T => {
  if (!isObject(data)) throw answerInvalid('something that is no object');
  return data;
};

/** What has to be there, whatever the types of a library promise. */
export const given = <T>(value: T | undefined | null, name: string): T => {
  if (value === undefined || value === null) throw answerInvalid(`no \`${name}\``);
  return value;
};

/** What was created: hosts say so with a status of its own, and whatever else answers has created nothing. */
export const createdOf = <T>({ status, data }: { readonly status: number; readonly data: T }): T => {
  if (status !== 201) throw answerInvalid(`HTTP ${status} where something was to be created`);
  return objectOf(data);
};

const isJson = (type: string, text: string): boolean => {
  if (!/^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(type)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

/**
 * Refuses what no host says that has done what it was asked, such as the page on which a proxy wants somebody to sign in: it
 * has the status of a success, libraries make nothing or a text of it, and that would pass for an empty list or a status
 * that was set. An order may be answered with nothing, as Gitea does at a merge; a question may not. `host` is for people.
 */
export const readableFetch =
  (ask: Fetch, host: string): Fetch =>
  async (input, init = {}) => {
    const answer = await ask(input, init);
    if (!answer.ok) return answer;
    // To be read once more by whoever asked.
    const text = await answer.clone().text();
    if (text === '') {
      if ((init.method ?? 'GET').toUpperCase() === 'GET') throw new Unreadable(`${host} answers with nothing.`);
      return answer;
    }
    if (isJson(answer.headers.get('content-type') ?? '', text)) return answer;
    throw new Unreadable(`${host} answers with something that is no JSON, such as the sign-in page of a proxy.`);
  };
