import type { Client, Response } from 'tablestore';
import { faultOfCode, faultOfStatus, OtsFault } from '../ots-fault.ts';
import { readErrorBody } from './error-body.ts';

/** Makes a client tell its error answers as faults, each with the code that Tablestore gave. */
export function decodeErrors(client: Client): void {
  client.extractError = (response) => {
    response.error = answered(response);
  };
}

function answered({ httpResponse }: Response): OtsFault {
  const { statusCode = 0, headers, body } = httpResponse;
  const error = body === undefined ? undefined : readErrorBody(body);
  const request = headers['x-ots-requestid'] ?? headers['x-ots-request-id'];
  return error ? faultOfCode(error.code, error.message, request) : faultOfStatus(statusCode);
}

/**
 * One call, once. Throws `OtsFault`: of a connection that breaks too, also inside an answer, which the client would wait for without end.
 */
export function call(client: Client, operation: string, params: object): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const request = client.makeRequest(operation, params, (error, data) => {
      if (error === null || error === undefined) resolve(data);
      else reject(faultOf(operation, error));
    });
    request.on('httpHeaders', (_status, _headers, { httpResponse: { stream } }) => {
      stream.once('close', () => {
        if (!stream.complete) reject(new OtsFault('away', 'the connection broke inside an answer'));
      });
    });
  });
}

function faultOf(operation: string, error: Error & { code?: unknown }): OtsFault {
  if (error instanceof OtsFault) return error;
  if (error.code === 'NetworkingError') return new OtsFault('away', `not reachable: ${error.message}`);
  return new OtsFault('final', `${operation}: ${error.message}`, error);
}
