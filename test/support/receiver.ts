import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { serve } from '../http/loopback.ts';

/** One request as it came in. */
export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** As it was sent: a signature is over these very bytes. */
  readonly body: string;
}

/** A server that takes what it is sent, until the test has it answer otherwise. */
export interface Receiver extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
  readonly received: Received[];
  /** Answers in the place of the server. */
  answer: (response: ServerResponse, received: Received) => void | Promise<void>;
}

export const taking = (response: ServerResponse): void => void response.writeHead(200).end('ok');

export const answering =
  (status: number, body = '') =>
  (response: ServerResponse): void =>
    void response.writeHead(status).end(body);

export const startReceiver = async (): Promise<Receiver> => {
  const received: Received[] = [];
  const loopback = await serve(async (request, response) => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    const one = { path: request.url ?? '', headers: request.headers, body };
    received.push(one);
    await receiver.answer(response, one);
  });
  const receiver: Receiver = {
    port: loopback.port,
    url: `http://127.0.0.1:${loopback.port}`,
    received,
    answer: taking,
    [Symbol.asyncDispose]: () => loopback[Symbol.asyncDispose](),
  };
  return receiver;
};

/** A port on which nobody listens. */
export const silentPort = async (): Promise<number> => {
  const receiver = await startReceiver();
  await receiver[Symbol.asyncDispose]();
  return receiver.port;
};
