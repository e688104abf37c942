import { BrokerError, type BrokerErrorKind, type BrokerSession, type ConnectOptions } from '../brokers/driver';
import type { DriverServices } from '../brokers/services';
import type { Protocol } from '../protocol/common';
import { checkSteps, type CheckStep, type ConnectionCheck } from '../protocol/connectionCheck';
import { withSession } from './withSession';

/** The step at which a failure of each kind happens; of another kind nobody knows how far it went. */
const FAILS_AT: Readonly<Record<BrokerErrorKind, CheckStep | undefined>> = {
  name: 'name', port: 'port', tls: 'tls', protocol: 'protocol', authentication: 'sign-in', authorization: 'rights',
  missing: 'rights', other: undefined,
};

/** Connects as a tail would, asks what is there, and tells how far that went. Changes nothing. @throws what is no failure of connecting */
export async function checkConnection(services: DriverServices, protocol: Protocol, connect: ConnectOptions): Promise<ConnectionCheck> {
  const isTls = connect.tls === true || /^(amqps|mqtts|wss|tls):/i.test(connect.url);
  let isConnected = false;
  try {
    return await withSession(services, protocol, connect, async (session, signal) => {
      isConnected = true;
      return { about: session.about, ...(await rightsOf(session, connect, isTls, signal)) };
    });
  } catch (error) {
    if (isConnected || !(error instanceof BrokerError)) throw error;
    return { steps: stepsUpTo(FAILS_AT[error.kind], isTls), reason: error.message, kind: error.kind };
  }
}

async function rightsOf(
  session: BrokerSession, { managementUrl }: ConnectOptions, isTls: boolean, signal: AbortSignal,
): Promise<ConnectionCheck> {
  const isRabbit = session.protocol === 'rabbitmq';
  try {
    const channels = await session.list(signal);
    return {
      steps: allSteps(isTls, channels === undefined ? 'unused' : 'passed'),
      ...(channels && { channels: channels.length }),
      // RabbitMQ's channels are told by its management API alone; where none is named, none has to answer.
      ...(isRabbit && (channels !== undefined || managementUrl !== undefined) && { management: channels !== undefined }),
    };
  } catch (error) {
    if (!(error instanceof BrokerError)) throw error;
    return {
      steps: allSteps(isTls, 'failed'), reason: error.message, kind: error.kind,
      ...(isRabbit && managementUrl !== undefined && { management: false }),
    };
  }
}

function allSteps(isTls: boolean, rights: 'passed' | 'failed' | 'unused'): ConnectionCheck['steps'] {
  return checkSteps.map((step) => ({
    step, state: step === 'rights' ? rights : step === 'tls' && !isTls ? 'unused' : 'passed',
  }));
}

function stepsUpTo(failed: CheckStep | undefined, isTls: boolean): ConnectionCheck['steps'] {
  const at = failed === undefined ? 0 : checkSteps.indexOf(failed);
  return checkSteps.map((step, i) => ({
    step,
    state: step === failed ? 'failed' : step === 'tls' && !isTls ? 'unused' : i < at ? 'passed' : 'not-reached',
  }));
}
