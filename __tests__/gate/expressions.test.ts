import { foreignCalls } from "../../gate/expressions";

test.each([
  "",
  "file (a) of the machine",
  '${length(try([for it in x : it.id if it.name == "G"], [])) == 1}',
  '${x > 1 ? "More (than) one ${join(", ", sort(y))}" : "No"} is named. Run (it).',
  '${trimsuffix(d, ".cloudflareaccess.com")}',
  '$${file("/etc/passwd")}',
  '%%{file("/etc/passwd")}',
  '${"$${file("}',
  "${{ a = 1 }.a}",
  "%{ if x }a%{ else }b%{ endif }",
])("%j calls nothing but what computes", (text) => {
  expect(foreignCalls(text)).toEqual([]);
});

test.each([
  ['${file("/proc/self/environ")}', "file"],
  ['${ file ("/etc/passwd")}', "file"],
  ['a ${x}${filebase64("x")}', "filebase64"],
  ['${"nested ${file("x")}"}', "file"],
  ['${"a \\" b ${file("x")}"}', "file"],
  ['%{ if fileexists("x") }a%{ endif }', "fileexists"],
  ['${join("", [for f in fileset(".", "*") : f])}', "fileset"],
  ['${templatefile("x", {})}', "templatefile"],
  ["${provider::evil::run(1)}", "provider::evil::run"],
  ["${uuid()}", "uuid"],
  ["${plantimestamp()}", "plantimestamp"],
  ["${terraform_data.x.y}${FILE(1)}", "FILE"],
  ['${length(x) /* */ == file/**/("x")}', "what can't be read"],
  ['${<<E\n${file("x")}\nE\n}', "what can't be read"],
  ["${open", "what can't be read"],
  ['${"open}', "what can't be read"],
])("%j calls %s", (text, name) => {
  expect(foreignCalls(text)).toContain(name);
});
