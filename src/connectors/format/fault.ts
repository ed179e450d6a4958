/** Why a record is no row: a value in place of a thrown `RowError`, since a broken file has millions of them. */
export class Fault {
  readonly reason: string;
  readonly column: string | undefined;
  constructor(reason: string, column?: string) {
    this.reason = reason;
    this.column = column;
  }
}
