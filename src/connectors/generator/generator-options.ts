/** What events are made. The same options make the same events. */
export interface GeneratorOptions {
  readonly seed: number;
  /** Events in [from, to), in order of time; null: none where there is a rate, else without end, over [from, to) again and again. */
  readonly rows: number | null;
  /** Epoch milliseconds: for events of today the start of the day. */
  readonly from: number;
  /** Epoch milliseconds: now. */
  readonly to: number;
  /** So many of `rows` are bad: a wrong type, broken JSON, a time that no calendar has, in turn. They go on coming as often behind `to`. */
  readonly badRows: number;
  /** Events a second behind `to`, each given when its time has come, without end; null: the source ends. */
  readonly ratePerSecond: number | null;
}
