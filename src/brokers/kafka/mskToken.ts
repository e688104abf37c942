import { generateAuthToken, generateAuthTokenFromProfile } from 'aws-msk-iam-sasl-signer-js';
import { BrokerError, type ConnectOptions } from '../driver';
import type { Token } from './token';

/**
 * A signed token for MSK's IAM sign-in, by the profile's credentials or those that AWS's usual order finds:
 * environment, shared files, single sign-on, the machine's role. A bundle of its own: AWS's libraries are large.
 */
export async function awsToken({ region, profile }: NonNullable<ConnectOptions['aws']>): Promise<Token> {
  try {
    const { token, expiryTime } = await (profile === undefined
      ? generateAuthToken({ region })
      : generateAuthTokenFromProfile({ region, awsProfileName: profile }));
    return { value: token, expires: expiryTime };
  } catch (error) {
    const words = error instanceof Error ? error.message.replace(/\.$/, '') : String(error);
    throw new BrokerError(
      'authentication',
      `AWS gave no credentials${profile === undefined ? '' : ` for the profile ${profile}`}: ${words}. ` +
        'Sign in to AWS on this machine, or choose another profile.',
      { cause: error },
    );
  }
}
