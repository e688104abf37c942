import { _, Name, type Ajv, type CodeKeywordDefinition, type KeywordCxt } from 'ajv';

/** What an error of `anyOf` or `oneOf` knows of the errors right before it. */
export interface Branches {
  /**
   * A branch that was tried, by its index, and how many errors there were behind it, counted from the first of the
   * keyword's own. An error of none of them is not the keyword's.
   */
  readonly tried: readonly (readonly [branch: number, end: number])[];
}

/**
 * Lets a validator's errors say what they belong to. The errors of a branch lie in the list before the error of their
 * `anyOf` or `oneOf`, and behind a `$ref` nothing in them tells where they come from; so each of these errors counts
 * them while they are made. Errors of items that `contains` has tried, of which none has to be right, are left out.
 */
export function withBranches(ajv: Ajv): void {
  for (const keyword of ['anyOf', 'oneOf']) change(ajv, keyword, counting);
  change(ajv, 'contains', alone);
}

/** How the validator's generated code names the number of its errors so far. */
const ERRORS = new Name('errors');

function change(ajv: Ajv, keyword: string, by: (known: CodeKeywordDefinition) => CodeKeywordDefinition): void {
  const known = ajv.getKeyword(keyword);
  if (typeof known !== 'object' || !('code' in known)) return;
  ajv.removeKeyword(keyword);
  ajv.addKeyword(by(known as CodeKeywordDefinition));
}

function counting(known: CodeKeywordDefinition): CodeKeywordDefinition {
  const counted = new WeakMap<object, Name>();
  const { error } = known;
  return {
    ...known,
    error: {
      message: error?.message ?? '',
      params: (cxt) => {
        const own = error?.params;
        return _`{...${typeof own === 'function' ? own(cxt) : (own ?? _`{}`)}, tried: ${counted.get(cxt) ?? _`[]`}}`;
      },
    },
    code: (cxt, rule) => {
      const tried = cxt.gen.const('tried', _`[]`);
      counted.set(cxt, tried);
      const subschema = cxt.subschema.bind(cxt);
      cxt.subschema = (applied, valid) => {
        const made = subschema(applied, valid);
        cxt.gen.code(_`${tried}.push([${applied.schemaProp}, ${ERRORS} - ${cxt.errsCount}])`);
        return made;
      };
      known.code(cxt, rule);
    },
  };
}

function alone(known: CodeKeywordDefinition): CodeKeywordDefinition {
  return {
    ...known,
    code: (cxt: KeywordCxt, rule) => {
      const error = cxt.error.bind(cxt);
      cxt.error = (...args) => {
        cxt.reset();
        error(...args);
      };
      known.code(cxt, rule);
    },
  };
}
