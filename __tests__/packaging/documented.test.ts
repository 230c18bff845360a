import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";
import { PARTS } from "../../packaging/parts";
import { sourceOf } from "../../packaging/sources";
import { REPOSITORY } from "./project";

function parse(file: string): ts.SourceFile {
  const text = readFileSync(join(REPOSITORY, file), "utf8");
  return ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
}

/** Names of what each file makes public. */
function publicNames(): Map<string, Set<string>> {
  const names = new Map<string, Set<string>>();
  const add = (file: string, name: string) =>
    names.set(file, (names.get(file) ?? new Set()).add(name));
  for (const part of PARTS) {
    const file = sourceOf(part);
    for (const node of parse(file).statements) {
      if (
        ts.isExportDeclaration(node) &&
        node.moduleSpecifier &&
        ts.isStringLiteral(node.moduleSpecifier) &&
        node.exportClause &&
        ts.isNamedExports(node.exportClause)
      ) {
        const from = sourceOf(join(dirname(file), node.moduleSpecifier.text));
        for (const { name, propertyName } of node.exportClause.elements)
          add(from, (propertyName ?? name).text);
      } else if (nameOf(node) !== undefined && isExported(node)) {
        add(file, nameOf(node) ?? "");
      }
    }
  }
  return names;
}

function nameOf(node: ts.Statement): string | undefined {
  if (ts.isVariableStatement(node))
    return node.declarationList.declarations[0]?.name.getText();
  const named =
    ts.isClassDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isFunctionDeclaration(node) ||
    ts.isTypeAliasDeclaration(node);
  return named ? node.name?.text : undefined;
}

const isExported = (node: ts.Statement): boolean =>
  ts.canHaveModifiers(node) &&
  (ts.getModifiers(node) ?? []).some(
    ({ kind }) => kind === ts.SyntaxKind.ExportKeyword,
  );

function membersOf(node: ts.Statement): readonly ts.Node[] {
  if (ts.isClassDeclaration(node) || ts.isInterfaceDeclaration(node))
    return node.members;
  return ts.isTypeAliasDeclaration(node) && ts.isTypeLiteralNode(node.type)
    ? node.type.members
    : [];
}

/** Of classes, what others can't see and what a superclass has explained. */
function isOwn(member: ts.Node): boolean {
  if (
    ts.isConstructorDeclaration(member) ||
    ts.isIndexSignatureDeclaration(member)
  )
    return true;
  const name = ts.isPropertySignature(member) ? "" : member.getText();
  return (
    /(^|\s)(private|protected|override) /.test(name.split(/[({=;]/)[0] ?? "") ||
    (ts.isPropertyDeclaration(member) || ts.isMethodDeclaration(member)
      ? ts.isPrivateIdentifier(member.name)
      : false)
  );
}

const isDocumented = (node: ts.Node): boolean =>
  ts.getJSDocCommentsAndTags(node).length > 0;

/** Public statements, and the members that they show. */
function* publicNodes(): Generator<[where: string, node: ts.Node]> {
  for (const [file, names] of publicNames())
    for (const node of parse(file).statements) {
      const name = nameOf(node);
      if (name === undefined || !names.has(name)) continue;
      yield [`${file}: ${name}`, node];
      for (const member of membersOf(node))
        if (!isOwn(member))
          yield [
            `${file}: ${name}, ${member.getText().split("\n")[0]}`,
            member,
          ];
    }
}

test("every public symbol says what it means", () => {
  const missing = [...publicNodes()].filter(([, node]) => !isDocumented(node));
  expect(missing.map(([where]) => where)).toEqual([]);
});

test("every prop that can be left out says what holds without it", () => {
  const missing = [...publicNodes()].filter(
    ([, node]) =>
      ts.isPropertySignature(node) &&
      node.questionToken !== undefined &&
      // Null and absent are the same in what Cloudflare answers.
      !/\| null$/.test(node.type?.getText() ?? "") &&
      !ts.getJSDocTags(node).some(({ tagName }) => tagName.text === "default"),
  );
  expect(missing.map(([where]) => where)).toEqual([]);
});
