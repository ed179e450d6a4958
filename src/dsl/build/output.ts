import type { IntoNode } from '../../plan/node.ts';
import type { Output } from '../stream.ts';
import type { CatalogData } from './catalog-data.ts';
import { frozen } from './frozen.ts';

/** What an output stands for. */
export interface MadeOutput {
  readonly node: IntoNode;
  readonly catalog: CatalogData;
}

const outputs = new WeakMap<object, MadeOutput>();

/** Makes the object that stands for an output. */
export function madeOutput(node: IntoNode, catalog: CatalogData): Output {
  const output = Object.freeze({ table: node.table.name });
  outputs.set(output, { node: frozen(node), catalog });
  return output;
}

/** What an object that `into` gave stands for; undefined for anything else. */
export function outputOf(value: unknown): MadeOutput | undefined {
  return typeof value === 'object' && value !== null ? outputs.get(value) : undefined;
}
