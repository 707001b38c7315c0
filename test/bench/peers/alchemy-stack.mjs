import { readFileSync } from 'node:fs';
import alchemy, { Resource } from 'alchemy';
import { FileSystemStateStore } from 'alchemy/state';

// What somebody would write who keeps these documents with Alchemy: one resource each, all at once, its state in files.
//
//     node alchemy-stack.mjs DOCUMENTS STATE-DIRECTORY

const [documents = '', stateDirectory = ''] = process.argv.slice(2);

/** A document that is kept as it is. */
const Workflow = Resource('bench::Workflow', async function workflow(_id, { body }) {
  return this.phase === 'delete' ? this.destroy() : { body };
});

const app = await alchemy('bench', {
  phase: 'up',
  quiet: true,
  noTrack: true,
  stateStore: (scope) => new FileSystemStateStore(scope, { rootDir: stateDirectory }),
});
const bodies = JSON.parse(readFileSync(documents, 'utf8'));
await Promise.all(bodies.map((body, index) => Workflow(`w${index}`, { body })));
await app.finalize();
