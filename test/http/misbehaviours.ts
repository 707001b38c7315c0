import type { RequestListener } from 'node:http';
import type { Socket } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import type { JsonObject } from '../../engine/values/index.ts';
import { type Loopback, serve, serveRaw } from './loopback.ts';

/** A server that does something to whoever asks, and what a check of it says. */
export interface Misbehaviour {
  readonly open: () => Promise<Loopback>;
  readonly says: RegExp;
  /** What the check expects beside a status of 200. */
  readonly expects?: JsonObject;
  /** It lasts until the deadline: the check gets a short one. */
  readonly stalls?: true;
}

const answering =
  (status: number, body: string | Buffer, headers: Record<string, string> = {}): (() => Promise<Loopback>) =>
  () =>
    serve((_, response) => response.writeHead(status, headers).end(body));

const healthy = { status: 'ok' } as const;

/** One byte after the other, for ever. */
const drip = (socket: Socket, text: string): void => {
  let at = 0;
  const timer = setInterval(() => socket.write(text[at++ % text.length] ?? ''), 20);
  socket.on('close', () => clearInterval(timer));
};

const head = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n';

/** What answers a request, once it has arrived. */
const raw = (answer: (socket: Socket) => void) => () => serveRaw((socket) => socket.once('data', () => answer(socket)));

const pour: RequestListener = (_, response) => {
  const piece = Buffer.alloc(64 * 1024, 'x');
  response.writeHead(200);
  const more = (): void => {
    while (!response.destroyed && response.write(piece));
    if (!response.destroyed) response.once('drain', more);
  };
  more();
};

const zeros = Buffer.alloc(64 * 1024 * 1024);

const bomb = (encoding: string, compress: (bytes: Buffer) => Buffer): Misbehaviour => ({
  open: async () => answering(200, compress(zeros), { 'content-encoding': encoding })(),
  says: /larger than 1048576 bytes/,
});

const resetIn = (text: string): (() => Promise<Loopback>) =>
  raw((socket) => {
    socket.write(text, () => socket.resetAndDestroy());
  });

const notJson = { expects: healthy, says: /^HTTP 200 but the answer is no JSON$/ } as const;
const tooLate = { stalls: true, says: /did not answer completely within/ } as const;
const unreadable = /not in readable HTTP|encoding that is not supported/;

const stalling: Readonly<Record<string, Misbehaviour>> = {
  'never answers': { open: () => serveRaw(() => undefined), ...tooLate },
  'answers with headers alone': { open: raw((socket) => socket.write(`${head}content-length: 5\r\n\r\n`)), ...tooLate },
  'answers one byte at a time': {
    open: raw((socket) => drip(socket, `${head}content-length: 999999\r\n\r\n${' '.repeat(9000)}`)),
    ...tooLate,
  },
  'sends a body one byte at a time': {
    open: raw((socket) => {
      socket.write(`${head}content-length: 999999\r\n\r\n`);
      drip(socket, '{"status":"ok"} ');
    }),
    ...tooLate,
  },
  'goes on asking for patience': {
    open: raw((socket) => drip(socket, 'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(9))),
    ...tooLate,
  },
};

const wrongAnswers: Readonly<Record<string, Misbehaviour>> = {
  'fails (500)': { open: answering(500, ''), says: /^HTTP 500 instead of 200$/ },
  'fails (502)': { open: answering(502, ''), says: /^HTTP 502 instead of 200$/ },
  'fails (503)': { open: answering(503, ''), says: /^HTTP 503 instead of 200$/ },
  'says 200 and means an error': {
    open: answering(200, '{"status":"error"}'),
    expects: healthy,
    says: /status of the answer is not what is expected/,
  },
  'says 200 and no more': { open: answering(200, ''), ...notJson },
  'says 200 with a page': { open: answering(200, '<!doctype html><title>Sign in</title>'), ...notJson },
  'says 200 with half of its JSON': { open: answering(200, '{"status":"ok"'), ...notJson },
  'says 200 with JSON twice': { open: answering(200, '{"status":"ok"}{"status":"ok"}'), ...notJson },
  'says 200 with a list': { open: answering(200, '["ok"]'), expects: healthy, says: /no JSON object$/ },
  'says 200 with null': { open: answering(200, 'null'), expects: {}, says: /no JSON object$/ },
  'says what only its prototype says': {
    open: answering(200, '{"__proto__":{"status":"ok"}}'),
    expects: healthy,
    says: /status of the answer is not what is expected/,
  },
  'says it deep in a bomb': { open: answering(200, '['.repeat(500_000)), ...notJson },
  'speaks no HTTP': { open: raw((socket) => socket.end('220 mail.example.com ESMTP\r\n')), says: unreadable },
  'speaks nonsense in chunks': {
    open: raw((socket) => socket.end(`${head}transfer-encoding: chunked\r\n\r\nxyz\r\n`)),
    says: unreadable,
  },
};

const oversized: Readonly<Record<string, Misbehaviour>> = {
  'never ends its body': { open: () => serve(pour), says: /larger than 1048576 bytes/ },
  'sends a bomb (gzip)': bomb('gzip', (bytes) => gzipSync(bytes)),
  'sends a bomb (deflate)': bomb('deflate', (bytes) => deflateSync(bytes)),
  'sends a bomb (br)': bomb('br', (bytes) => brotliCompressSync(bytes, { params: { 1: 4 } })),
  'wraps a bomb twice': {
    open: answering(200, gzipSync(gzipSync(zeros)), { 'content-encoding': 'gzip, gzip' }),
    says: unreadable,
  },
  'sends a hundred thousand headers': {
    open: raw((socket) => socket.end(`${head}${'x-a: b\r\n'.repeat(100_000)}\r\n`)),
    says: unreadable,
  },
  'never ends its headers': {
    open: raw((socket) => socket.write(`${head}x-long: ${'a'.repeat(1_000_000)}`)),
    says: unreadable,
  },
};

const breaking: Readonly<Record<string, Misbehaviour>> = {
  'hangs up at once': { open: () => serveRaw((socket) => socket.destroy()), says: /closed the connection|ECONNRESET/ },
  'hangs up in its headers': { open: resetIn(head), says: /closed the connection|ECONNRESET/ },
  'hangs up in its body': {
    open: resetIn(`${head}content-length: 999\r\n\r\n{"status":`),
    says: /closed the connection|ECONNRESET/,
  },
  'hangs up in a packed body': {
    open: resetIn(`${head}content-encoding: gzip\r\ncontent-length: 999\r\n\r\n\x1f`),
    says: /closed the connection|ECONNRESET|readable/,
  },
  'ends its body too early': {
    open: raw((socket) => socket.end(`${head}content-length: 999\r\n\r\n{"status":"ok"}`)),
    says: /closed the connection|readable/,
  },
  'sends half of what it packed': {
    open: answering(200, gzipSync('{"status":"ok"}').subarray(0, 20), { 'content-encoding': 'gzip' }),
    expects: healthy,
    says: unreadable,
  },
};

/** What can go wrong with an answer, by what the server does. */
export const misbehaviours: Readonly<Record<string, Misbehaviour>> = {
  ...stalling,
  ...wrongAnswers,
  ...oversized,
  ...breaking,
};
