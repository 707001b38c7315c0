import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer as createRawServer, type Server as RawServer, type Socket } from 'node:net';
import type { TlsOptions } from 'node:tls';
import { Refusal } from '../../engine/diagnostics/index.ts';
import { createLog, realSystem, type System } from '../../engine/system/index.ts';
import { selfSigned } from './certificate.ts';

export interface Loopback extends AsyncDisposable {
  readonly port: number;
}

const listening = async (server: Server | RawServer): Promise<Loopback> => {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
};

/** A server on a free port of the loopback interface, gone at the end of the block. */
export const serve = (answer: RequestListener): Promise<Loopback> => listening(createServer(answer));

/** The same over TLS, with a certificate that nobody vouches for where none is given. */
export const serveTls = (answer: RequestListener, options: TlsOptions = selfSigned()): Promise<Loopback> =>
  listening(createTlsServer(options, answer));

/** A server that does as it likes with each connection, whatever HTTP may say. */
export const serveRaw = (connected: (socket: Socket) => void): Promise<Loopback> =>
  listening(
    createRawServer((socket) => {
      socket.on('error', () => undefined);
      connected(socket);
    }),
  );

export const testSystem = (): System =>
  realSystem(
    createLog('silent', () => undefined),
    new AbortController().signal,
  );

/** A system whose deadlines pass exactly when `pass` is called. */
export const systemWithDeadline = (): { readonly system: System; readonly pass: () => void } => {
  const system = testSystem();
  const { promise, resolve } = Promise.withResolvers<void>();
  return { system: { ...system, clock: { ...system.clock, sleep: () => promise } }, pass: resolve };
};

/** The code and the text of what was refused. */
export const refusalOf = async (
  attempt: Promise<unknown>,
): Promise<{ readonly code: string; readonly text: string }> => {
  try {
    await attempt;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { code: error.diagnostics[0]?.code ?? '', text: JSON.stringify(error.diagnostics) + error.message };
  }
  throw new Error('nothing was refused');
};
