import { rangeIn, type SourceFile } from '../../text/sourceFile';
import type { SourceRange } from '../../text/range';
import type { HclAttribute, HclBlock, HclBody, HclExpression } from '../../syntax/hclNodes';

/** A `resource` or `data` block, or one that is like them: `provider`, `module`. */
export interface Declared {
  readonly mode: 'resource' | 'data' | 'provider' | 'module';
  /** `kafka_topic`; for providers and modules the same as the mode. */
  readonly type: string;
  readonly label: string;
  /** As others refer to it: `kafka_topic.orders`, `data.aws_msk_cluster.main`, `module.topics`. */
  readonly address: string;
  readonly block: HclBlock;
}

/** What one file declares, by the names that its expressions use. */
export interface TerraformFile {
  readonly file: SourceFile;
  readonly declared: readonly Declared[];
  readonly byAddress: ReadonlyMap<string, Declared>;
  readonly locals: ReadonlyMap<string, HclExpression>;
  /** Variables with their defaults; undefined for one that has none. */
  readonly variables: ReadonlyMap<string, HclExpression | undefined>;
  /** What stands outside of all blocks: a `.tfvars` file, or Terragrunt's `inputs`. */
  readonly top: HclBody;
}

/** Sorts the top of a file into what refers to what. */
export function terraformFile(file: SourceFile, top: HclBody): TerraformFile {
  const declared: Declared[] = [];
  const locals = new Map<string, HclExpression>();
  const variables = new Map<string, HclExpression | undefined>();
  for (const block of top.blocks) {
    const [first, second] = block.labels.map((l) => l.text);
    const kind = block.type.text;
    if (kind === 'locals') {
      for (const a of block.body.attributes) if (a.value !== undefined) locals.set(a.name.text, a.value);
    } else if (kind === 'variable' && first !== undefined) {
      variables.set(first, attribute(block.body, 'default')?.value);
    } else if ((kind === 'resource' || kind === 'data') && first !== undefined && second !== undefined) {
      const address = kind === 'data' ? `data.${first}.${second}` : `${first}.${second}`;
      declared.push({ mode: kind, type: first, label: second, address, block });
    } else if ((kind === 'provider' || kind === 'module') && first !== undefined) {
      declared.push({ mode: kind, type: kind, label: first, address: `${kind}.${first}`, block });
    }
  }
  const byAddress = new Map(declared.map((d) => [d.address, d]));
  return { file, declared, byAddress, locals, variables, top };
}

/** The last attribute of a name; Terraform refuses a second one. */
export function attribute(body: HclBody, name: string): HclAttribute | undefined {
  return body.attributes.findLast((a) => a.name.text === name);
}

export function blocksOf(body: HclBody, type: string): readonly HclBlock[] {
  return body.blocks.filter((b) => b.type.text === type);
}

/** `resource "kafka_topic" "orders"`: what stands for a declaration where it says nothing itself. */
export function headRange(file: SourceFile, block: HclBlock): SourceRange {
  return rangeIn(file, block.start, block.headEnd);
}

export function blockRange(file: SourceFile, block: HclBlock): SourceRange {
  return rangeIn(file, block.start, block.end);
}
