import { createServer, connect as dial, type Server, type Socket } from 'node:net';

/** What the proxy does to a connection when the chosen COMMIT passes through. */
export const cutModes = ['cut-before', 'cut-after', 'black-hole', 'delay', 'half-close'] as const;
export type CutMode = (typeof cutModes)[number];

/** A proxy in front of a PostgreSQL server that can spoil one COMMIT. */
export interface CuttingProxy {
  readonly port: number;
  /** Spoils the n-th COMMIT from now on, counted over all connections; nothing where `mode` is undefined. */
  readonly arm: (cut: { readonly mode: CutMode; readonly nth: number } | undefined) => void;
  /** The COMMITs that passed since it was last armed. */
  readonly commits: () => number;
  readonly fired: () => boolean;
  readonly close: () => Promise<void>;
}

const delayMs = 100;

/** Whole messages of PostgreSQL's protocol; the first one of a client has no type. */
const createReader = (untypedFirst: boolean) => {
  let rest: Buffer = Buffer.alloc(0);
  let untyped = untypedFirst;
  return (chunk: Buffer): readonly Buffer[] => {
    rest = Buffer.concat([rest, chunk]);
    const messages: Buffer[] = [];
    for (;;) {
      const head = untyped ? 0 : 1;
      if (rest.length < head + 4) return messages;
      const length = head + rest.readUInt32BE(head);
      if (rest.length < length) return messages;
      messages.push(rest.subarray(0, length));
      rest = rest.subarray(length);
      untyped = false;
    }
  };
};

const isCommit = (message: Buffer): boolean => message[0] === 0x51 && /^commit\0$/i.test(message.toString('latin1', 5));
const isCommitted = (message: Buffer): boolean => message[0] === 0x43 && message.toString('latin1', 5, 11) === 'COMMIT';

export const startProxy = async (target: { readonly host: string; readonly port: number }): Promise<CuttingProxy> => {
  let armed: { readonly mode: CutMode; readonly nth: number } | undefined;
  let commits = 0;
  let fired = false;
  const open = new Set<Socket>();

  const join = (client: Socket): void => {
    const server = dial(target);
    let spoiled: CutMode | undefined;
    const destroy = (): void => {
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) {
      open.add(socket);
      socket.setNoDelay(true);
      socket.on('error', destroy);
      socket.on('close', () => {
        open.delete(socket);
        // A connection in a black hole stays as it is: nobody hears that the other end is gone.
        if (spoiled !== 'black-hole') destroy();
      });
    }
    const readClient = createReader(true);
    const readServer = createReader(false);
    const spoil = (message: Buffer): void => {
      if (spoiled === 'cut-before') destroy();
      if (spoiled === 'cut-after' || spoiled === 'half-close') server.write(message);
      if (spoiled === 'delay') setTimeout(() => server.write(message), delayMs);
    };
    client.on('data', (chunk: Buffer) => {
      for (const message of readClient(chunk)) {
        if (spoiled === 'black-hole') return;
        if (!isCommit(message)) {
          server.write(message);
          continue;
        }
        commits += 1;
        if (!armed || fired || commits !== armed.nth) {
          server.write(message);
          continue;
        }
        fired = true;
        spoiled = armed.mode;
        spoil(message);
      }
    });
    server.on('data', (chunk: Buffer) => {
      for (const message of readServer(chunk)) {
        if (spoiled === 'black-hole') return;
        if (isCommitted(message) && spoiled === 'cut-after') return destroy();
        // The server's side says that it is finished, in the middle of the answer.
        if (isCommitted(message) && spoiled === 'half-close') return void client.end(message.subarray(0, 3));
        client.write(message);
      }
    });
  };

  const listener: Server = createServer(join);
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const address = listener.address();
  if (!address || typeof address === 'string') throw new Error('the proxy has no port');
  return {
    port: address.port,
    arm: (cut) => {
      armed = cut;
      commits = 0;
      fired = false;
    },
    commits: () => commits,
    fired: () => fired,
    close: () =>
      new Promise((resolve) => {
        listener.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
};
