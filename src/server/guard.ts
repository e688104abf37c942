import { LSPErrorCodes, ResponseError, ErrorCodes, type CancellationToken } from 'vscode-languageserver';
import type { Session } from './session';

/**
 * Wraps a request's handler: it waits until the folders are known, is not run once it is cancelled,
 * and a failure is logged with the request's name and answered as an error. Every request is answered.
 * @param waits `briefly` for what somebody waits for while typing: in a large workspace the answer is then what
 * is known so far.
 */
export function guard<P, R>(
  session: Session, name: string, handle: (params: P, token?: CancellationToken) => R | Promise<R>, waits: 'ready' | 'briefly' = 'ready',
) {
  return async (params: P, token?: CancellationToken): Promise<R | ResponseError<void>> => {
    await (waits === 'ready' ? session.ready : Promise.race([session.ready, soon()]));
    if (token?.isCancellationRequested)
      return new ResponseError(LSPErrorCodes.RequestCancelled, `${name} was cancelled`);
    try {
      await session.settle();
      return await handle(params, token);
    } catch (error) {
      if (error instanceof ResponseError) return error;
      session.log(`${name} failed: ${error instanceof Error ? error.stack : String(error)}`);
      const reason = error instanceof Error ? error.message : String(error);
      return new ResponseError(ErrorCodes.InternalError, `${name} failed: ${reason}`);
    }
  };
}

/** How long somebody who types waits for the folders to be looked through, in ms. */
const brief = 250;

function soon(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, brief).unref());
}
