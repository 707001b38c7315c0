import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';

/** A file of a tree, with the id of its content. */
export interface TreeFile {
  readonly path: Buffer;
  readonly mode: string;
  readonly id: string;
}

/** Git's objects, written as Git does, without a process. Each returns the id. */
export interface Objects {
  readonly blob: (content: string | Uint8Array) => string;
  readonly tree: (files: readonly TreeFile[]) => string;
  readonly commit: (tree: string, message: string, parents: readonly string[]) => string;
}

interface Entry {
  readonly name: Buffer;
  readonly mode: string;
  readonly id: string;
}

const slash = 0x2f;

/** Git compares the name of a folder as if a slash stood behind it. */
const sortKey = ({ name, mode }: Entry): Buffer => (mode === '40000' ? Buffer.concat([name, Buffer.from('/')]) : name);

const who = 'Test <test@example.com> 1767225600 +0000';

export const createObjects = (gitDirectory: string): Objects => {
  const write = (kind: 'blob' | 'tree' | 'commit', content: Uint8Array): string => {
    const object = Buffer.concat([Buffer.from(`${kind} ${content.length}\0`), content]);
    const id = createHash('sha1').update(object).digest('hex');
    const folder = join(gitDirectory, 'objects', id.slice(0, 2));
    const file = join(folder, id.slice(2));
    if (existsSync(file)) return id;
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, deflateSync(object, { level: 1 }), { mode: 0o444 });
    return id;
  };

  const tree = (files: readonly TreeFile[]): string => {
    const entries = new Map<string, Entry>();
    const folders = new Map<string, TreeFile[]>();
    for (const { path, mode, id } of files) {
      const end = path.indexOf(slash);
      const name = end === -1 ? path : path.subarray(0, end);
      const key = name.toString('latin1');
      if (end === -1) {
        // Of two files with one path the last one counts, as in Git's index.
        entries.set(key, { name, mode, id });
      } else {
        folders.set(key, [...(folders.get(key) ?? []), { path: path.subarray(end + 1), mode, id }]);
      }
    }
    for (const [key, inside] of folders) {
      entries.set(key, { name: Buffer.from(key, 'latin1'), mode: '40000', id: tree(inside) });
    }
    const sorted = [...entries.values()].sort((left, right) => Buffer.compare(sortKey(left), sortKey(right)));
    const records = sorted.flatMap(({ name, mode, id }) => [
      Buffer.from(`${mode} `),
      name,
      Buffer.from([0]),
      Buffer.from(id, 'hex'),
    ]);
    return write('tree', Buffer.concat(records));
  };

  return {
    blob: (content) => write('blob', Buffer.from(content)),
    tree,
    commit: (treeId, message, parents) => {
      const head = [
        `tree ${treeId}`,
        ...parents.map((parent) => `parent ${parent}`),
        `author ${who}`,
        `committer ${who}`,
      ];
      return write('commit', Buffer.from(`${head.join('\n')}\n\n${message.replace(/\n*$/, '')}\n`));
    },
  };
};
