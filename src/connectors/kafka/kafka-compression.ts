/** How records are packed: `none`, or what brokers and readers know by these names. */
export type Compression = 'none' | 'gzip' | 'snappy' | 'lz4';

/** Compressions by name. */
export const COMPRESSIONS = ['none', 'gzip', 'snappy', 'lz4'] as const satisfies readonly Compression[];
