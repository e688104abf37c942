/** Endings of files that some reader may recognize; all others are left alone without opening them. */
export const extensions: readonly string[] = [
  'yaml',
  'yml',
  'json',
  'jsonc',
  'properties',
  'proto',
  'avsc',
  'avpr',
  'avdl',
  'conf',
  'config',
  'cfg',
  'cnf',
  'ini',
  'acl',
  'tf',
  'tofu',
  'tfvars',
  'hcl',
  'env',
];

/** Endings of templates, which stand behind that of the file that they become: `definitions.json.tpl`. */
const templates = ['tpl', 'tmpl', 'tftpl', 'template', 'j2', 'erb', 'in', 'dist', 'example', 'sample'];

/** Globs of all files that may be read, for watching them and for asking to be told of open ones. */
export const candidateGlobs: readonly string[] = [
  `**/*.{${extensions.join(',')}}`,
  `**/*.{${extensions.join(',')}}.{${templates.join(',')}}`,
  // Mosquitto's access lists mostly have no ending.
  '**/{acl,acls,aclfile,aclsfile,acl_file,acls_file}',
];
