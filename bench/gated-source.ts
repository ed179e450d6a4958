import type { Source } from '../src/connectors/source.ts';

/** A point in a run at which it waits. */
export interface Gate {
  /** Resolves once the run has come here: what was read before is committed. */
  readonly reached: Promise<void>;
  /** The run comes here and waits until it is opened. */
  pass(): Promise<void>;
  open(): void;
}

/** A gate that nothing has reached yet. */
export function gate(): Gate {
  let reach = (): void => {};
  let open = (): void => {};
  const reached = new Promise<void>((resolve) => {
    reach = resolve;
  });
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return {
    reached,
    open,
    pass() {
      reach();
      return opened;
    },
  };
}

/**
 * A source that waits at a gate before it reads row `at`. Where `at` is a multiple of the epoch's rows, the engine comes there
 * with all rows before it committed, since it reads the next epoch after the commit.
 */
export function gatedSource(source: Source, at: number, { pass }: Gate): Source {
  let read = 0;
  return {
    name: source.name,
    replayable: source.replayable,
    label: source.label,
    close: () => source.close(),
    async read(max) {
      if (read === at) await pass();
      const batch = await source.read(read < at ? Math.min(max, at - read) : max);
      read += batch?.n ?? 0;
      return batch;
    },
  };
}
