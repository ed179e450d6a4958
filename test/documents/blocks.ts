// Fenced blocks of the documents that are checked: each stands below a comment that says against what.
import { readFileSync } from 'node:fs';
import { ROOT } from '../cli/command.ts';

/** What a block is checked against. */
type BlockKind =
  /** A file, whole. */
  | 'file'
  /** A file that has the block somewhere in it. */
  | 'part'
  /** What a command writes to standard output, called in the project. */
  | 'output'
  /** A file of the reader's own project. */
  | 'own file'
  /** What a command writes to standard output, called in the reader's own project. */
  | 'own output'
  /** What such a command writes to standard error. */
  | 'own errors'
  /** Code that compiles below the imports of a job. */
  | 'code';

/** A checked block of a document. */
export interface Block {
  readonly document: string;
  readonly kind: BlockKind;
  /** File or command; empty for code. */
  readonly of: string;
  readonly text: string;
}

const BLOCK = /<!-- ([a-z ]+)(?:: (.+?))? -->\n```[a-z]*\n(.*?)\n```/gs;

/** The text of a document. */
export const documentText = (document: string): string => readFileSync(ROOT + document, 'utf8');

/** The checked blocks of a document, in order. */
export function blocksOf(document: string): Block[] {
  return [...documentText(document).matchAll(BLOCK)].map(([, kind, of = '', text = '']) => ({
    document,
    kind: kind as BlockKind,
    of,
    text,
  }));
}

/** The document with its blocks replaced; undefined leaves one as it is. */
export function withBlocks(document: string, replaced: (block: Block) => string | undefined): string {
  return documentText(document).replaceAll(BLOCK, (whole, kind: BlockKind, of: string = '', text: string) => {
    const now = replaced({ document, kind, of, text });
    return now === undefined ? whole : whole.replace(`\n${text}\n\`\`\``, () => `\n${now}\n\`\`\``);
  });
}
