import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node';

const require = createRequire(import.meta.url);
const program = require.resolve('yaml-language-server/bin/yaml-language-server');

/** What a language server says of a line. */
export interface Mark {
  readonly line: number;
  readonly message: string;
}

/** A file that is open in an editor. */
export interface OpenFile {
  /** What the server marks in a text that stands beside the file. */
  readonly marks: (text: string) => Promise<readonly Mark[]>;
  /** What is proposed behind the `|` of a text. */
  readonly proposals: (text: string) => Promise<readonly string[]>;
  /** What is shown over the `|` of a text. */
  readonly hover: (text: string) => Promise<string>;
  /** The text as the server formats it. */
  readonly formatted: (text: string) => Promise<string>;
  readonly close: () => Promise<void>;
}

/** The text without its `|`, and where that stood. */
const cursorIn = (text: string) => {
  const before = text.slice(0, text.indexOf('|')).split('\n');
  return { text: text.replace('|', ''), position: { line: before.length - 1, character: before.at(-1)?.length ?? 0 } };
};

interface Published {
  readonly uri: string;
  readonly diagnostics: readonly {
    readonly range: { readonly start: { readonly line: number } };
    readonly message: string;
  }[];
}

interface Completion {
  readonly items: readonly { readonly label: string }[];
}

/** Starts the YAML language server in a project. Nothing is set but by what a file itself says, and no network is asked. */
const start = async (directory: string) => {
  const child = spawn(process.execPath, [program, '--stdio'], { cwd: directory, stdio: ['pipe', 'pipe', 'inherit'] });
  const connection = createMessageConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  const settings = { schemaStore: { enable: false }, hover: true, completion: true, validate: true };
  connection.onRequest('workspace/configuration', ({ items }: { items: readonly unknown[] }) =>
    items.map(() => ({ ...settings, format: { enable: true } })),
  );
  connection.onRequest('client/registerCapability', () => null);
  connection.listen();
  await connection.sendRequest('initialize', {
    processId: process.pid,
    rootUri: pathToFileURL(directory).href,
    capabilities: {
      workspace: { configuration: true },
      textDocument: { completion: { completionItem: {} }, hover: { contentFormat: ['markdown'] }, formatting: {} },
    },
  });
  await connection.sendNotification('initialized', {});
  const close = async (): Promise<void> => {
    await connection.sendRequest('shutdown');
    const ended = once(child, 'exit');
    await connection.sendNotification('exit');
    await ended;
    connection.dispose();
  };
  return { connection, close };
};

/** Shows texts to the server as documents of their own, and hands on what it marks in them without being asked. */
const createMarks = (connection: MessageConnection, uri: string): OpenFile['marks'] => {
  const waiting = new Map<string, (marks: readonly Mark[]) => void>();
  connection.onNotification('textDocument/publishDiagnostics', (published: Published) => {
    waiting.get(published.uri)?.(
      published.diagnostics.map(({ range, message }) => ({ line: range.start.line + 1, message })),
    );
  });
  return async (text) => {
    // Beside the file: what the server says of it cannot be about an earlier text.
    const own = `${uri}.${waiting.size}.yaml`;
    const answered = new Promise<readonly Mark[]>((resolve) => waiting.set(own, resolve));
    const textDocument = { uri: own, languageId: 'yaml', version: 1, text };
    await connection.sendNotification('textDocument/didOpen', { textDocument });
    return answered;
  };
};

/** Opens a file of a project in an editor with the YAML language server. */
export const openInEditor = async (directory: string, name: string): Promise<OpenFile> => {
  const { connection, close } = await start(directory);
  const uri = pathToFileURL(join(directory, name)).href;
  let version = 0;
  const show = async (text: string): Promise<void> => {
    version += 1;
    if (version === 1) {
      const textDocument = { uri, languageId: 'yaml', version, text };
      await connection.sendNotification('textDocument/didOpen', { textDocument });
    } else {
      const textDocument = { uri, version };
      await connection.sendNotification('textDocument/didChange', { textDocument, contentChanges: [{ text }] });
    }
  };
  const at = async <T>(method: string, marked: string): Promise<T> => {
    const { text, position } = cursorIn(marked);
    await show(text);
    return connection.sendRequest<T>(method, { textDocument: { uri }, position });
  };
  return {
    marks: createMarks(connection, uri),
    proposals: async (text) => {
      const { items } = await at<Completion>('textDocument/completion', text);
      return items.map(({ label }) => label);
    },
    hover: async (text) => {
      const answer = await at<{ contents: { value: string } } | null>('textDocument/hover', text);
      return answer?.contents.value ?? '';
    },
    formatted: async (text) => {
      await show(text);
      const request = { textDocument: { uri }, options: { tabSize: 2, insertSpaces: true } };
      const [edit] = await connection.sendRequest<readonly { newText: string }[]>('textDocument/formatting', request);
      return edit?.newText ?? text;
    },
    close,
  };
};
