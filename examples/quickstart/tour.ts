import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/**
 * The tour that `npm run quickstart` gives: two versions of a real project are planned and applied, an edit by hand is
 * found and healed, and the last version is taken back. Every command is shown before it runs, in a temporary copy of
 * the project, so that the clone stays as it is. It stops at the first command that ends otherwise than it should.
 */
const root = join(import.meta.dirname, '../..');
const program = join(root, 'dist/main.js');
const editByHand = join(import.meta.dirname, 'edit-by-hand.ts');
const project = ['m3forge.yaml', 'examples/quickstart/invoices.bundle'];

type Stop =
  | { readonly say: string }
  /** What is typed after `m3forge`, and the exit code that it should end with. */
  | { readonly run: string; readonly exit?: number }
  /** The version that `m3forge.yaml` wants from here on. */
  | { readonly version: string }
  | { readonly byHand: true };

const tour: readonly Stop[] = [
  { say: 'A team has three versions of its workflows in Git. m3forge.yaml says: development should run v1.0.0.' },
  { run: 'plan' },
  { run: 'apply --yes' },
  { say: 'Now it should run v1.1.0: one workflow is new there, one changed, one is gone.' },
  { version: 'v1.1.0' },
  { run: 'plan --detail' },
  { run: 'apply --yes' },
  { say: 'Somebody changes a workflow in the database by hand. m3forge finds it and puts v1.1.0 back.' },
  { byHand: true },
  { run: 'drift', exit: 2 },
  { run: 'plan' },
  { run: 'apply --yes' },
  { run: 'drift' },
  { say: 'v1.1.0 turns out to be wrong: back to the version before it.' },
  { run: 'rollback --target development --reason "receipts end up as invoices" --yes' },
  { run: 'status --target development' },
  { run: 'history' },
];

const print = (text: string): void => void process.stdout.write(`${text}\n`);

/** Nothing of a configuration that the user may have elsewhere takes part. */
const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('M3FORGE_')));

/** Words as a shell would split them; double quotes keep blanks. */
const words = (line: string): readonly string[] =>
  [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');

const runNode = (directory: string, args: readonly string[]): number =>
  spawnSync(process.execPath, args, { cwd: directory, stdio: 'inherit', env: environment }).status ?? 1;

const wantVersion = (directory: string, version: string): void => {
  const file = join(directory, 'm3forge.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace(/^( +version: )v[\d.]+/m, `$1${version}`));
};

/** Goes to one stop; false where a command ended otherwise than it should. */
const visit = (directory: string, stop: Stop): boolean => {
  if ('say' in stop) {
    print(`\n# ${stop.say}`);
    return true;
  }
  if ('version' in stop) {
    print(`\n# m3forge.yaml, targets.development:\n#     version: ${stop.version}`);
    wantVersion(directory, stop.version);
    return true;
  }
  const [shown, args, expected] =
    'byHand' in stop
      ? ['node edit-by-hand.ts', [editByHand], 0]
      : [`m3forge ${stop.run}`, [program, ...words(stop.run)], stop.exit ?? 0];
  print(`\n$ ${shown}`);
  const exit = runNode(directory, args);
  if (exit === expected) return true;
  print(`\nThe tour stops: exit code ${exit}, where ${expected} was expected.`);
  return false;
};

const takeTour = (): boolean => {
  const directory = mkdtempSync(join(tmpdir(), 'm3forge-quickstart-'));
  try {
    for (const file of project) cpSync(join(root, file), join(directory, file), { recursive: true });
    return tour.every((stop) => visit(directory, stop));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
};

if (!existsSync(program)) {
  print(`There is no ${dirname(program)}: run "npm ci" or "npm run build" first.`);
  process.exitCode = 1;
} else if (takeTour()) {
  print('\n# That was the tour; it ran in a copy that is gone now. Your turn: npx m3forge plan');
} else {
  process.exitCode = 1;
}
