/** When records arrived, for those that commits name: a mark at the end of each fetch, until a commit is past it. */
export class ArrivalTimes {
  readonly #marks = new Map<string, { readonly sequence: number; readonly time: number }[]>();

  note(shard: string, sequence: number, time: number): void {
    const marks = this.#marks.get(shard);
    if (marks === undefined) this.#marks.set(shard, [{ sequence, time }]);
    else marks.push({ sequence, time });
  }

  /** When the record of the sequence arrived, or one shortly before or after it: epoch milliseconds; 0 where none is known. Sequences of a shard grow from call to call. */
  at(shard: string, sequence: number): number {
    const marks = this.#marks.get(shard) ?? [];
    while (marks.length > 1 && (marks[1]?.sequence as number) <= sequence) marks.shift();
    return marks[0]?.time ?? 0;
  }
}
