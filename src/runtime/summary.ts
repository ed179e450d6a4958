// Counts of a run. Only committed epochs count.

/** Rows of a source by how they ended: `read` is the sum of the other three, always. */
interface SourceCounts {
  readonly read: number;
  readonly applied: number;
  /** Dropped, on the way to every output, by a filter or an inner lookup before the first keyed operator. */
  readonly filtered: number;
  readonly quarantined: number;
}

/** Net effect on a table, added up over epochs. */
export interface TableCounts {
  readonly inserted: number;
  /** Where the plan keeps no state for a table, every key written in an epoch. */
  readonly updated: number;
  readonly deleted: number;
}

/** What `--json` prints, and what the promise of a run gives. */
export interface Summary {
  readonly job: string;
  readonly epochs: number;
  readonly seconds: number;
  readonly run: { readonly epochs: number; readonly rows: number };
  readonly sources: Readonly<Record<string, SourceCounts>>;
  readonly tables: Readonly<Record<string, TableCounts>>;
  /** Write-backs that met another writer's row, by table; absent where the job writes none back. */
  readonly overtaken?: Readonly<Record<string, number>>;
}
