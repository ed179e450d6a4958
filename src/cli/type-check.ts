import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type ts from 'typescript';
import { wrong } from '../errors.ts';

type TypeScript = typeof ts;

const root = fileURLToPath(new URL('../../', import.meta.url));
const own = ['src', 'dist'].map((folder) => join(root, folder) + sep);

/** The compiler of the project, else of Millrace. None, or one without an interface for programs (version 7): exit 2. */
function typescriptOf(project: string): TypeScript {
  for (const from of [join(project, 'package.json'), import.meta.url]) {
    let found: TypeScript;
    try {
      found = createRequire(from)('typescript') as TypeScript;
    } catch {
      continue;
    }
    if (typeof found.createProgram === 'function') return found;
    throw wrong(
      `types cannot be checked: typescript ${found.version} has no interface for programs; npm install --save-dev typescript@6`,
    );
  }
  throw wrong(
    `types cannot be checked: typescript is not installed in ${project}; npm install --save-dev typescript@6`,
  );
}

function optionsOf(
  typescript: TypeScript,
  project: string,
): { options: ts.CompilerOptions; errors: ts.Diagnostic[] } {
  const path = join(project, 'tsconfig.json');
  const { NodeNext } = typescript.ModuleKind;
  let options: ts.CompilerOptions = {
    strict: true,
    module: NodeNext,
    target: typescript.ScriptTarget.ES2023,
  };
  const errors: ts.Diagnostic[] = [];
  if (existsSync(path)) {
    const { config, error } = typescript.readConfigFile(path, typescript.sys.readFile);
    if (error !== undefined) errors.push(error);
    // The jobs are the files to check, whatever the configuration names.
    const parsed = typescript.parseJsonConfigFileContent(
      { ...config, files: ['x.ts'] },
      typescript.sys,
      project,
    );
    errors.push(...parsed.errors);
    options = parsed.options;
  }
  const index = ['src/index.ts', 'dist/index.d.ts']
    .map((file) => join(root, file))
    .find((file) => existsSync(file));
  return {
    errors,
    options: {
      ...options,
      noEmit: true,
      composite: false,
      incremental: false,
      skipLibCheck: true,
      allowImportingTsExtensions: true,
      // As when jobs run: `millrace` is the copy that checks.
      paths: { ...options.paths, ...(index === undefined ? {} : { millrace: [index] }) },
    },
  };
}

/**
 * Type errors of files and of what they import from the project, by the project's `tsconfig.json`:
 * `jobs/x.ts:12: message (TS2345)`. What is in `node_modules` and Millrace itself are not judged.
 */
export function typeFaults(project: string, files: readonly string[]): string[] {
  const typescript = typescriptOf(project);
  const { options, errors } = optionsOf(typescript, project);
  const program = typescript.createProgram([...files], options);
  const judged = program.getSourceFiles().filter(({ fileName }) => {
    const path = join(fileName);
    return (
      !path.includes(`${sep}node_modules${sep}`) &&
      !own.some((folder) => path.startsWith(folder)) &&
      !fileName.endsWith('.d.ts')
    );
  });
  const found = [
    ...errors,
    ...program.getOptionsDiagnostics(),
    ...judged.flatMap((file) => [
      ...program.getSyntacticDiagnostics(file),
      ...program.getSemanticDiagnostics(file),
    ]),
  ];
  return [...new Set(found.map((diagnostic) => diagnosticText(typescript, project, diagnostic)))];
}

function diagnosticText(typescript: TypeScript, project: string, diagnostic: ts.Diagnostic): string {
  const { file, start, code } = diagnostic;
  const message = typescript.flattenDiagnosticMessageText(diagnostic.messageText, '\n');
  const text = `${message} (TS${code})`;
  if (file === undefined || start === undefined) return text;
  const { line } = file.getLineAndCharacterOfPosition(start);
  return `${relative(project, file.fileName)}:${line + 1}: ${text}`;
}
