import { LSPErrorCodes, ResponseError, ErrorCodes, type CancellationToken } from 'vscode-languageserver';
import type { Session } from './session';

/**
 * Wraps a request's handler: it waits until the folders are known, is not run once it is cancelled,
 * and a failure is logged with the request's name and answered as an error. Every request is answered.
 */
export function guard<P, R>(session: Session, name: string, handle: (params: P) => R | Promise<R>) {
  return async (params: P, token?: CancellationToken): Promise<R | ResponseError<void>> => {
    await session.ready;
    if (token?.isCancellationRequested)
      return new ResponseError(LSPErrorCodes.RequestCancelled, `${name} was cancelled`);
    try {
      return await handle(params);
    } catch (error) {
      if (error instanceof ResponseError) return error;
      session.log(`${name} failed: ${error instanceof Error ? error.stack : String(error)}`);
      const reason = error instanceof Error ? error.message : String(error);
      return new ResponseError(ErrorCodes.InternalError, `${name} failed: ${reason}`);
    }
  };
}
