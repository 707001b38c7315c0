import { type JSDoc, Node, type Type, type Symbol as TypeSymbol } from 'ts-morph';

type Schema = { [key: string]: unknown };

/** What the comment above a property or type says about its values. */
interface Annotations {
  readonly description?: string;
  readonly keywords: Schema;
}

/** `false`, `10` and `[…]` are what they say; everything else is a string. */
const literal = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

const numeric = new Set(['minimum', 'maximum', 'minLength', 'maxLength', 'minItems', 'maxItems']);

const annotationsOf = (documentation: readonly JSDoc[]): Annotations => {
  const keywords: Schema = {};
  let description = '';
  for (const comment of documentation) {
    description = comment
      .getDescription()
      .trim()
      .replace(/\s*\n\s*/g, ' ');
    for (const tag of comment.getTags()) {
      const name = tag.getTagName();
      const text = (tag.getCommentText() ?? '').trim();
      if (name === 'unavailable') keywords.unavailable = true;
      else if (name === 'available') keywords.available = text.split(/\s+/).map(literal);
      else if (name === 'default') keywords.default = literal(text);
      else if (name === 'pattern') keywords.pattern = text;
      else if (name === 'example') keywords.examples = [...((keywords.examples as unknown[]) ?? []), literal(text)];
      else if (numeric.has(name)) keywords[name] = Number(text);
      else throw new Error(`the tag @${name} says nothing to the generator`);
    }
  }
  return { ...(description && { description }), keywords };
};

const documentationOf = (symbol: TypeSymbol | undefined): readonly JSDoc[] =>
  (symbol?.getDeclarations() ?? []).flatMap((declaration) =>
    Node.isJSDocable(declaration) ? declaration.getJsDocs() : [],
  );

const inCode = (value: unknown): string => `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;

/**
 * What the YAML language server understands besides: a text with the default in it, and that a key which is not available
 * yet is neither proposed nor written without a mark.
 */
const editorKeywords = (description: string | undefined, { unavailable, available, ...rest }: Schema): Schema => {
  const later = 'Known, not available yet.';
  const told = [
    ...(description ? [description] : []),
    ...(unavailable ? [later] : []),
    ...(Array.isArray(available) ? [`Only ${available.map(inCode).join(', ')} is available yet.`] : []),
    ...('default' in rest ? [`Default: ${inCode(rest.default)}`] : []),
  ];
  const text = told.join('\n\n');
  return {
    ...(text !== '' && text !== description && { markdownDescription: text }),
    ...(unavailable === true && { doNotSuggest: true, deprecationMessage: later }),
  };
};

/** Turns types into schemas; named interfaces become definitions, so that a reader finds them by name. */
class Converter {
  readonly definitions: Record<string, Schema> = {};
  readonly #forEditors: boolean;

  constructor(forEditors: boolean) {
    this.#forEditors = forEditors;
  }

  convert(type: Type): Schema {
    const alias = type.getAliasSymbol();
    const aliased = alias && !type.isBoolean() ? annotationsOf(documentationOf(alias)).keywords : {};
    return { ...this.#shape(type), ...aliased };
  }

  #shape(type: Type): Schema {
    if (type.isUnknown() || type.isAny() || isJson(type)) return {};
    if (type.isString()) return { type: 'string' };
    if (type.isNumber()) return { type: 'number' };
    if (type.isBoolean()) return { type: 'boolean' };
    if (type.isNull()) return { type: 'null' };
    if (type.isLiteral())
      return { const: type.isBooleanLiteral() ? type.getText() === 'true' : type.getLiteralValue() };
    if (type.isUnion()) return this.#union(type);
    const element = type.getArrayElementType() ?? readonlyElement(type);
    if (element) return { type: 'array', items: this.convert(element) };
    return this.#object(type);
  }

  #union(type: Type): Schema {
    const members = type.getUnionTypes().filter((member) => !member.isUndefined());
    if (members.every((member) => member.isStringLiteral())) {
      return { type: 'string', enum: members.map((member) => member.getLiteralValue()) };
    }
    // The compiler takes `boolean` apart into `true` and `false`.
    const booleans = members.filter((member) => member.isBooleanLiteral());
    const others = members.filter((member) => !member.isBooleanLiteral());
    const shapes = others.map((member) => this.convert(member));
    if (booleans.length === 2) shapes.push({ type: 'boolean' });
    else shapes.push(...booleans.map((member) => this.convert(member)));
    const only = shapes[0];
    if (shapes.length === 1 && only) return only;
    const strings = shapes.filter(({ const: value }) => typeof value === 'string');
    if (strings.length < 2) return { anyOf: shapes };
    const words = { type: 'string', enum: strings.map(({ const: value }) => value) };
    return { anyOf: [words, ...shapes.filter((shape) => !strings.includes(shape))] };
  }

  #object(type: Type): Schema {
    const symbol = type.getSymbol();
    const name = symbol?.getDeclarations().some((one) => Node.isInterfaceDeclaration(one))
      ? symbol.getName()
      : undefined;
    if (name === undefined) return this.#members(type);
    if (!Object.hasOwn(this.definitions, name)) {
      // Entered before its members are looked at, because types may contain themselves.
      this.definitions[name] = {};
      const { description } = annotationsOf(documentationOf(symbol));
      this.definitions[name] = { ...(description && { description }), ...this.#members(type) };
    }
    return { $ref: `#/$defs/${name}` };
  }

  #members(type: Type): Schema {
    const index = type.getStringIndexType();
    if (index) return { type: 'object', additionalProperties: this.convert(index) };
    const properties: Record<string, Schema> = {};
    const required: string[] = [];
    for (const property of type.getProperties()) {
      const declaration = property.getDeclarations()[0];
      if (!declaration) throw new Error(`the property ${property.getName()} is declared nowhere`);
      properties[property.getName()] = this.#property(property, property.getTypeAtLocation(declaration));
      if (!property.isOptional()) required.push(property.getName());
    }
    return { type: 'object', properties, ...(required.length > 0 && { required }), additionalProperties: false };
  }

  #property(symbol: TypeSymbol, type: Type): Schema {
    const { description, keywords } = annotationsOf(documentationOf(symbol));
    const shape = this.convert(type);
    const told = this.#forEditors ? editorKeywords(description, keywords) : {};
    // What stands beside a reference is looked at by the YAML language server only where the reference is inside of `allOf`.
    const hidden = this.#forEditors && keywords.unavailable === true && '$ref' in shape;
    return { ...(description && { description }), ...told, ...(hidden ? { allOf: [shape] } : shape), ...keywords };
  }
}

/** `JsonObject` and `JsonValue` describe themselves without end, and in a schema everything is JSON anyway. */
const isJson = (type: Type): boolean => /^Json(Object|Value)$/.test(type.getAliasSymbol()?.getName() ?? '');

const readonlyElement = (type: Type): Type | undefined =>
  /^Readonly?Array$/.test(type.getSymbol()?.getName() ?? '') ? type.getTypeArguments()[0] : undefined;

/** The schema of an interface: the interface itself at the top, all others under `$defs`. */
export const schemaOf = (type: Type, name: string, { forEditors }: { readonly forEditors: boolean }): Schema => {
  const converter = new Converter(forEditors);
  converter.convert(type);
  const { [name]: top, ...others } = converter.definitions;
  if (!top) throw new Error(`${name} is no interface`);
  const sorted = Object.entries(others).sort(([a], [b]) => (a < b ? -1 : 1));
  return { ...top, $defs: Object.fromEntries(sorted) };
};
