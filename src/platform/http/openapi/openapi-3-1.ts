type Node = Record<string, unknown>;

/**
 * Converts the OpenAPI 3.0 document that Nest generates to 3.1, in place. Nullable schemas become standard JSON Schema,
 * so that any validator understands them.
 */
export function toOpenApi31(node: unknown): void {
  if (Array.isArray(node)) node.forEach(toOpenApi31);
  if (!isNode(node)) return;
  if (node['nullable'] === true && !isNode(node['schema'])) allowNull(node);
  for (const [name, member] of Object.entries(node)) {
    // examples are data, even if they have a member called nullable
    if (!['example', 'examples', 'default', 'enum'].includes(name)) toOpenApi31(member);
  }
}

function allowNull(schema: Node): void {
  const { type, allOf } = schema;
  const $ref: unknown = schema['$ref'];
  delete schema['nullable'];
  if (typeof type === 'string') schema['type'] = [type, 'null'];
  if (Array.isArray(schema['enum'])) schema['enum'] = [...(schema['enum'] as unknown[]), null];
  const refs = Array.isArray(allOf) ? (allOf as unknown[]) : $ref === undefined ? [] : [{ $ref }];
  if (refs.length === 0) return;
  delete schema['allOf'];
  delete schema['$ref'];
  schema['anyOf'] = [...refs, { type: 'null' }];
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value);
