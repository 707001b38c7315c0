import pg from 'pg';

/** A consumer that waits to be told of activations, as one that keeps definitions in memory does. */
export interface Listener {
  readonly listen: () => Promise<void>;
  readonly leave: () => Promise<void>;
  /** The sequences that it was told of, in order. */
  readonly announced: () => Promise<readonly number[]>;
}

export const createListener = (url: string): Listener => {
  let client: pg.Client | undefined;
  let heard: number[] = [];
  return {
    listen: async () => {
      heard = [];
      client = new pg.Client({ connectionString: url });
      // The database is dropped with force when a round ends.
      client.on('error', () => undefined);
      client.on('notification', ({ payload }) => void heard.push(Number(payload?.split(':').at(-1))));
      await client.connect();
      await client.query('listen m3forge_activated');
    },
    leave: async () => {
      await client?.end();
      client = undefined;
    },
    announced: async () => {
      // The server hands notifications over before it answers.
      await client?.query('select 1');
      return [...heard];
    },
  };
};
