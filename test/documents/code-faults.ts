import ts from 'typescript';
import * as dsl from '../../src/dsl/index.ts';
import { ROOT } from '../cli/command.ts';

const { options } = ts.parseJsonConfigFileContent(
  ts.readConfigFile(`${ROOT}tsconfig.json`, ts.sys.readFile).config,
  ts.sys,
  ROOT,
);

/** What stands above a snippet: all that jobs import, and the catalog. */
const HEAD = `import { ${Object.keys(dsl).join(', ')}, type Columns } from '../src/dsl/index.ts';
import { run, testJob, openDatabase } from '../src/index.ts';
import { stream, type UserOrder } from './catalog.ts';
`;

/** What the compiler says about snippets, each a file of its own below the imports of a job: `snippet: message`. */
export function codeFaults(snippets: readonly string[]): string[] {
  const files = new Map(
    snippets.map((text, i) => [
      `${ROOT}jobs/snippet-${i}.ts`,
      text.includes('import ') ? text : `${HEAD}{\n${text}\n}\n`,
    ]),
  );
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.getSourceFile = (name, target, ...rest) => {
    const text = files.get(name);
    return text === undefined
      ? getSourceFile.call(host, name, target, ...rest)
      : ts.createSourceFile(name, text, target, true);
  };
  host.fileExists = (name) => files.has(name) || fileExists.call(host, name);
  const program = ts.createProgram([...files.keys()], options, host);
  return [...files.keys()].flatMap((name, i) => {
    const file = program.getSourceFile(name);
    return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(
      ({ messageText }) => `${snippets[i]}\n${ts.flattenDiagnosticMessageText(messageText, '\n')}`,
    );
  });
}
