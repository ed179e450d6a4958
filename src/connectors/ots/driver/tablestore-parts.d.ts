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
