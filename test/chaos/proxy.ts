import { createServer, connect as dial, type Server, type Socket } from 'node:net';

/** What the proxy does to a connection when the chosen COMMIT passes through. */
export const cutModes = ['cut-before', 'cut-after', 'black-hole', 'delay', 'half-close', 'late'] as const;
export type CutMode = (typeof cutModes)[number];

/** A proxy in front of a PostgreSQL server that can spoil one COMMIT. */
export interface CuttingProxy {
  readonly port: number;
  /** Spoils the n-th COMMIT from now on, counted over all connections; nothing where `mode` is undefined. */
  readonly arm: (cut: { readonly mode: CutMode; readonly nth: number } | undefined) => void;
  /** The COMMITs that passed since it was last armed. */
  readonly commits: () => number;
  readonly fired: () => boolean;
  /** Resolves when no COMMIT is on its way any more: it has arrived late, or nobody is there to take it. */
  readonly settled: () => Promise<unknown>;
  readonly close: () => Promise<void>;
}

const delayMs = 100;
/** Long enough for a client whose connection is gone to have asked what became of its COMMIT. */
const lateMs = 2500;

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

/** Which COMMIT is to be spoiled, and how far it has come. */
interface Trap {
  armed: { readonly mode: CutMode; readonly nth: number } | undefined;
  commits: number;
  fired: boolean;
  underWay: Promise<unknown>;
}

/** Whether this COMMIT is the one. */
const springs = (trap: Trap): CutMode | undefined => {
  trap.commits += 1;
  if (!trap.armed || trap.fired || trap.commits !== trap.armed.nth) return undefined;
  trap.fired = true;
  return trap.armed.mode;
};

/** Passes messages on in both directions until the trap springs. */
const joinConnections = (client: Socket, server: Socket, trap: Trap): void => {
  let spoiled: CutMode | undefined;
  const destroy = (): void => {
    client.destroy();
    server.destroy();
  };
  for (const socket of [client, server]) {
    socket.setNoDelay(true);
    socket.on('error', destroy);
    // A connection in a black hole stays as it is: nobody hears that the other end is gone. So does one that is late.
    socket.on('close', () => spoiled !== 'black-hole' && spoiled !== 'late' && destroy());
  }
  const spoil = (message: Buffer): void => {
    if (spoiled === 'cut-before') destroy();
    if (spoiled === 'cut-after' || spoiled === 'half-close') server.write(message);
    if (spoiled === 'delay') setTimeout(() => server.write(message), delayMs);
    if (spoiled === 'late') {
      client.destroy();
      trap.underWay = new Promise((resolve) => server.once('close', resolve));
      setTimeout(() => server.end(message), lateMs);
    }
  };
  const fromClient = (message: Buffer): void => {
    if (spoiled === 'black-hole') return;
    const mode = isCommit(message) ? springs(trap) : undefined;
    if (!mode) return void server.write(message);
    spoiled = mode;
    spoil(message);
  };
  const fromServer = (message: Buffer): void => {
    if (spoiled === 'black-hole' || spoiled === 'late') return;
    if (isCommitted(message) && spoiled === 'cut-after') return void destroy();
    // The server's side says that it is finished, in the middle of the answer.
    if (isCommitted(message) && spoiled === 'half-close') return void client.end(message.subarray(0, 3));
    client.write(message);
  };
  const readClient = createReader(true);
  const readServer = createReader(false);
  client.on('data', (chunk: Buffer) => readClient(chunk).forEach(fromClient));
  server.on('data', (chunk: Buffer) => readServer(chunk).forEach(fromServer));
};

export const startProxy = async (target: { readonly host: string; readonly port: number }): Promise<CuttingProxy> => {
  const trap: Trap = { armed: undefined, commits: 0, fired: false, underWay: Promise.resolve() };
  const open = new Set<Socket>();
  const listener: Server = createServer((client) => {
    const server = dial(target);
    for (const socket of [client, server]) {
      open.add(socket);
      socket.on('close', () => open.delete(socket));
    }
    joinConnections(client, server, trap);
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const address = listener.address();
  if (!address || typeof address === 'string') throw new Error('the proxy has no port');
  return {
    port: address.port,
    arm: (cut) => void Object.assign(trap, { armed: cut, commits: 0, fired: false }),
    commits: () => trap.commits,
    fired: () => trap.fired,
    settled: () => trap.underWay,
    close: () =>
      new Promise((resolve) => {
        listener.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
};
