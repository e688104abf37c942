import type { SourceFile } from '../../text/sourceFile';
import type { CredentialFact } from '../../model/facts';
import { secretsInEnvironment } from '../shared/environmentSecrets';
import { dialect } from './dialect';
import type { ComposeService } from './services';

/** The logins that a broker's container is given: `RABBITMQ_DEFAULT_PASS`, passwords of key stores. */
export function secretsOf(file: SourceFile, service: ComposeService, broker: string): CredentialFact[] {
  return secretsInEnvironment(file, service.environment, [], { dialect, of: broker });
}
