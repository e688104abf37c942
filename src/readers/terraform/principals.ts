import { rangeIn } from '../../text/sourceFile';
import type { Sourced } from '../../text/range';
import { partsOf, type HclExpression } from '../../syntax/hclNodes';
import { principalName } from '../shared/principal';
import type { Args } from './args';
import { madeOf, skip, type Context } from './context';
import { noScope } from './evaluate';
import { isUnknown } from './value';

/** The resources that make a principal, and the argument with its name. */
const accounts: Readonly<Record<string, string>> = {
  confluent_service_account: 'display_name',
  confluentcloud_service_account: 'name',
  confluent_identity_pool: 'display_name',
  aiven_kafka_user: 'username',
  aiven_service_user: 'username',
  redpanda_user: 'name',
  kafka_user_scram_credential: 'username',
  google_service_account: 'account_id',
};

/** Who may do something: a service by the name of its principal. */
export interface Principal {
  readonly service: Sourced<string>;
  /** How the name came about, as the middle of a sentence. */
  readonly as: string;
  /** The address of the account in the file that it is. */
  readonly account?: string;
}

/**
 * The service behind a principal: its name without `User:`, the common name of a certificate, or the account
 * of the same file that it refers to. Undefined for everybody, and for what the file does not say.
 */
export function principalOf(c: Context, args: Args, argument: string): Principal | undefined {
  const expression = args.expression(argument);
  if (expression === undefined) return undefined;
  const value = args.value(argument);
  if (isUnknown(value)) {
    const account = accountIn(c, expression);
    if (account === undefined) skip(c, value);
    const at = rangeIn(c.file, expression.start, expression.end);
    const isQuoted = /^".*"$/s.test(c.file.text.slice(at.start, at.end));
    const inside = isQuoted ? { ...at, start: at.start + 1, end: at.end - 1 } : at;
    if (account === undefined) return undefined;
    const service = { value: account.name, at: inside };
    return { service, as: `the account ${account.address}`, account: account.address };
  }
  const said = args.text(argument);
  const name = principalName(c.file, said);
  if (said === undefined || name === undefined) return undefined;
  return { service: commonName(name), as: `the principal ${said.value}` };
}

/**
 * `CN=checkout,OU=shop`: the authorizer sees a certificate's whole subject, people mean its common name. Of
 * Google's accounts (`checkout@project.iam.gserviceaccount.com`) it is the part before the project.
 */
function commonName(name: Sourced<string>): Sourced<string> {
  const google = /@[\w.-]+\.gserviceaccount\.com$/.exec(name.value.slice(-200));
  if (google !== null) {
    const value = name.value.slice(0, -google[0].length);
    const isWritten = name.at.end - name.at.start === name.value.length;
    return { value, at: isWritten ? { ...name.at, end: name.at.end - google[0].length } : name.at };
  }
  const found = /^(?:.*,\s*)?CN=([^,]+)/i.exec(name.value.slice(0, 1_000));
  if (found?.[1] === undefined) return name;
  const value = found[1].trim();
  const start = name.at.start + name.value.indexOf(found[1]);
  const isWritten = name.at.end - name.at.start === name.value.length;
  return { value, at: isWritten ? { ...name.at, start, end: start + found[1].trimEnd().length } : name.at };
}

const maxDepth = 10;

/** The account that an expression takes its id from. */
export function accountIn(
  c: Context, node: HclExpression, depth = 0,
): { readonly name: string; readonly address: string } | undefined {
  if (depth > maxDepth) return undefined;
  if (node.kind === 'reference') {
    const [first, second] = node.steps;
    if (node.root === 'local' && typeof first === 'string') {
      const target = c.tf.locals.get(first);
      return target && accountIn(c, target, depth + 1);
    }
    const isData = node.root === 'data';
    const type = isData ? String(first) : node.root;
    const argument = Object.hasOwn(accounts, type) ? accounts[type] : undefined;
    const address = isData ? `data.${type}.${String(second)}` : `${type}.${String(first)}`;
    if (argument !== undefined && (isData ? typeof second : typeof first) === 'string') {
      const declared = c.tf.byAddress.get(address);
      const said = declared && madeOf(c, declared, noScope).args.lookup(argument);
      const label = String(isData ? second : first);
      return { name: said === undefined || said === 'open' ? label : said.value, address };
    }
  }
  for (const part of partsOf(node)) {
    const found = accountIn(c, part, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}
