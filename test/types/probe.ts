// TypeScript's own language service over a file of a job that need not exist.
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('../../', import.meta.url));
const file = `${root}jobs/probe.ts`;
const { options } = ts.parseJsonConfigFileContent(
  ts.readConfigFile(`${root}tsconfig.json`, ts.sys.readFile).config,
  ts.sys,
  root,
);

/** What stands above every probe. */
const head = `import { avg, bigint, count, countDistinct, dayOf, days, double, hourOf, job, lit, max, min, now, source, startOfToday, sum, table, timestamp, udf, varchar, when, type Columns } from '../src/dsl/index.ts';
import { stream, type UserOrder } from './catalog.ts';
import { stream as shop } from '../test/types/shop.ts';
const orders = stream('user_order'), logs = stream('user_log'), infos = stream('update_info'), sales = shop('sale');
`;

let source = '';
let version = 0;
const service = ts.createLanguageService({
  getScriptFileNames: () => [file],
  getScriptVersion: (name) => (name === file ? String(version) : '0'),
  getScriptSnapshot(name) {
    const text = name === file ? source : ts.sys.readFile(name);
    return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
  },
  getCompilationSettings: () => options,
  getCurrentDirectory: () => root,
  getDefaultLibFileName: ts.getDefaultLibFilePath,
  fileExists: (name) => name === file || ts.sys.fileExists(name),
  readFile: ts.sys.readFile,
  directoryExists: ts.sys.directoryExists,
  getDirectories: ts.sys.getDirectories,
});

function open(text: string): number {
  source = head + text.replace('¦', '');
  version++;
  return head.length + text.indexOf('¦');
}

/** What an editor offers where `¦` stands. */
export function complete(text: string): string[] {
  const entries = service.getCompletionsAtPosition(file, open(text), {})?.entries ?? [];
  return entries.map(({ name }) => name).sort();
}

/** What an editor shows over the name before `¦`. */
export function hover(text: string): string {
  const at = open(text) - 1;
  return ts.displayPartsToString(service.getQuickInfoAtPosition(file, at)?.displayParts);
}

/** What the compiler says about a piece of a job, each message on lines of its own. */
export function messages(text: string): string[] {
  open(text);
  return service
    .getSemanticDiagnostics(file)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

/** How many types the compiler instantiates for a file of these lines, on top of the head. Exactly repeatable. */
export function instantiations(...texts: string[]): number[] {
  const host = ts.createCompilerHost(options);
  const files = new Map<string, ts.SourceFile | undefined>();
  const read = host.getSourceFile;
  const count = (text: string): number => {
    host.getSourceFile = (name, target, ...rest) => {
      if (name === file) return ts.createSourceFile(name, head + text, target, true);
      if (!files.has(name)) files.set(name, read(name, target, ...rest));
      return files.get(name);
    };
    host.fileExists = (name) => name === file || ts.sys.fileExists(name);
    const program = ts.createProgram([file], options, host);
    const [fault] = program.getSemanticDiagnostics(program.getSourceFile(file));
    if (fault) throw new Error(`${text}: ${ts.flattenDiagnosticMessageText(fault.messageText, '\n')}`);
    return program.getInstantiationCount();
  };
  return texts.map(count);
}
