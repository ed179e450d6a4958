// The parts of tablestore 5.6.5 that are used: it has no types of its own.

declare module 'tablestore' {
  import type { Agent } from 'node:http';

  /** A 64-bit integer. */
  export interface Int64LE {
    toString(): string;
  }
  export type Value = Int64LE | number | string | boolean | Buffer;

  /** An answer; `httpResponse.stream` is Node's. */
  export interface Response {
    readonly httpResponse: {
      readonly statusCode: number | undefined;
      readonly headers: Readonly<Record<string, string | undefined>>;
      readonly body: Buffer | undefined;
      readonly stream: import('node:http').IncomingMessage;
    };
    error: unknown;
  }
  export interface Request {
    on(event: 'httpHeaders', listener: (status: number, headers: object, response: Response) => void): void;
  }
  export interface Client {
    /** Called for each answer that is not 2xx, as `setupRequestListeners` finds it here. */
    extractError(response: Response): void;
    /** Called for each request, in the same way. */
    buildContent(request: {
      readonly operation: string;
      readonly params: object;
      readonly httpRequest: { body: Uint8Array };
    }): void;
    makeRequest(
      operation: string,
      params: object,
      callback: (error: Error | null, data: unknown) => void,
    ): Request;
  }

  export interface ColumnCondition {
    getType(): number;
  }
  export interface CompositeCondition extends ColumnCondition {
    addSubCondition(condition: ColumnCondition): void;
  }

  const TableStore: {
    readonly Client: new (config: {
      endpoint: string;
      instancename: string;
      accessKeyId: string;
      secretAccessKey: string;
      securityToken?: string | undefined;
      maxRetries: number;
      httpOptions: { timeout: number; maxSockets: number; agent: Agent };
    }) => Client;
    readonly encoder: { _makeCondition(target: object, condition: object): void };
    readonly PlainBufferBuilder: {
      computePrimaryKeySize(key: readonly object[]): number;
      computeColumnSize(name: string, value: Value): number;
      computeUpdateColumnSize(name: string, value: null, type: 'DELETE_ALL'): number;
    };
    readonly PlainBufferOutputStream: new (capacity: number) => { readonly pos: number; getBuffer(): Buffer };
    /** Each column answers the checksum of the row so far. */
    readonly PlainBufferCodedOutputStream: new (
      stream: object,
    ) => {
      writeHeader(): void;
      writeTag(tag: number): void;
      writePrimaryKey(key: readonly object[], sum: number): number;
      writeColumn(name: string, value: Value, timestamp: undefined, sum: number): number;
      writeUpdateColumn(type: 'DELETE_ALL', name: string, value: null, sum: number): number;
      writeDeleteMarker(sum: number): number;
      writeRowChecksum(sum: number): void;
    };
    readonly plainBufferCrc8: { crcInt8(sum: number, byte: number): number };
    readonly Long: { fromString(text: string): Int64LE };
    readonly INF_MIN: object;
    readonly INF_MAX: object;
    readonly Direction: { readonly FORWARD: string };
    readonly RowExistenceExpectation: Readonly<
      Record<'IGNORE' | 'EXPECT_EXIST' | 'EXPECT_NOT_EXIST', number>
    >;
    readonly LogicalOperator: Readonly<Record<'NOT' | 'AND' | 'OR', number>>;
    readonly ComparatorType: Readonly<Record<'EQUAL' | 'GREATER_EQUAL', number>>;
    readonly PrimaryKeyType: Readonly<Record<'INTEGER' | 'STRING' | 'BINARY', number>>;
    readonly Condition: new (existence: number, columns: ColumnCondition | null) => object;
    readonly CompositeCondition: new (combinator: number) => CompositeCondition;
    readonly SingleColumnCondition: new (
      name: string,
      value: Value,
      comparator: number,
      passIfMissing: boolean,
    ) => ColumnCondition;
  };
  export default TableStore;
}

declare module 'tablestore/lib/protocol/tablestore_compiled_proto.js' {
  interface Message {
    encode(message: object): { finish(): Uint8Array };
  }
  const protocol: { readonly main: { readonly proto: Readonly<Record<'BatchWriteRowRequest', Message>> } };
  export default protocol;
}
