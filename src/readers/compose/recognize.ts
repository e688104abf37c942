import { baseName, type SourceFile } from '../../text/sourceFile';
import { headOf, isYamlName, outermostKeys } from '../shared/outermost';

const composeName = new RegExp('^(docker-?compose|compose|podman-compose)([._-][\\w.-]*)?\\.ya?ml'
  + '(\\.(j2|tpl|tmpl|template|dist|example|sample))?$', 'i');

/** Files of variables: `.env`, `dev.env`, `.env.example`. */
const variablesName = /(^|\.)env(\.(example|sample|dist|template|tpl))?$/i;

/** Keys that a compose file may have; another one tells that `services:` means something else. */
const composeKeys = /^(version|services|volumes|networks|configs|secrets|name|include|models|x-[\w.-]*)$/;

/** True for a compose file, by its name or by services that have an image or a build. */
export function isCompose(file: SourceFile): boolean {
  if (!isYamlName(file.path)) return false;
  const head = headOf(file.text);
  if (!/^["']?services["']?[ \t]*:/m.test(head)) return false;
  if (composeName.test(baseName(file.path))) return true;
  for (const key of outermostKeys(head)) if (!composeKeys.test(key)) return false;
  return /^[ \t]{2,}(image|build|extends)[ \t]*:/m.test(head);
}

/** True for a file of variables whose lines are `KEY=value`. */
export function isVariables(file: SourceFile): boolean {
  if (!variablesName.test(baseName(file.path))) return false;
  const head = headOf(file.text, 1 << 14);
  return /^[ \t]*(export[ \t]+)?[A-Za-z_][\w.-]*[ \t]*=/m.test(head) && !head.includes('\0');
}
