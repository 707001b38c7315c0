import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createSocketServer, type Socket } from 'node:net';
import { afterThisFile } from './ends.ts';

/** The answer of a CGI program: headers, an empty line, and the body. */
const answerOf = (output: Buffer, response: ServerResponse): void => {
  const end = output.indexOf('\r\n\r\n');
  for (const line of output.subarray(0, end).toString('latin1').split('\r\n')) {
    const [name = '', value = ''] = line.split(': ');
    if (name === 'Status') response.statusCode = Number.parseInt(value, 10);
    else response.setHeader(name, value);
  }
  response.end(output.subarray(end + 4));
};

const runBackend = (parent: string, request: IncomingMessage, response: ServerResponse): void => {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const child = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env.PATH,
      HOME: '/nonexistent',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_PROJECT_ROOT: parent,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method ?? 'GET',
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
    },
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.on('close', () => answerOf(Buffer.concat(chunks), response));
  request.pipe(child.stdin);
};

export interface GitServer {
  /** Of the repository in this folder of the served directory. */
  readonly url: (name: string) => string;
  /** Every request so far, as `METHOD PATH`. */
  readonly requests: string[];
  /** What answers in the place of Git; undefined where Git does. */
  instead: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;
  /** The header that every request needs; undefined where none does. */
  authorization: string | undefined;
  readonly close: () => Promise<void>;
}

/** Git's own smart HTTP server on the loopback interface, over the repositories below `parent`. */
export const serveRepositories = async (parent: string): Promise<GitServer> => {
  const sockets = new Set<Socket>();
  const http = createServer((request, response) => {
    server.requests.push(`${request.method} ${request.url}`);
    const isKnown = server.authorization === undefined || server.authorization === request.headers.authorization;
    if (server.instead) server.instead(request, response);
    else if (!isKnown) response.writeHead(401, { 'www-authenticate': 'Basic realm="test"' }).end();
    else runBackend(parent, request, response);
  });
  http.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo;
  let closed: Promise<void> | undefined;
  const server: GitServer = {
    url: (name) => `http://127.0.0.1:${port}/${name}/.git`,
    requests: [],
    instead: undefined,
    authorization: undefined,
    close: () => {
      closed ??= new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        http.close(() => resolve());
      });
      return closed;
    },
  };
  afterThisFile(server.close);
  return server;
};

/** A port where every connection is taken, which `taken` is told, and nothing is ever said. */
export const serveSilence = async (taken: () => void = () => undefined): Promise<number> => {
  const sockets = new Set<Socket>();
  const server = createSocketServer((socket) => {
    sockets.add(socket);
    taken();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterThisFile(
    () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  );
  return (server.address() as AddressInfo).port;
};
