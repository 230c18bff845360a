import { withoutHints } from "../../deployment/terraform-hints";

function passed(text: string): string {
  const lines: string[] = [];
  const print = withoutHints((line) => lines.push(line));
  text.split("\n").forEach(print);
  return lines.join("\n");
}

test.each([
  `Terraform has created a lock file .terraform.lock.hcl to record the provider
selections it made above. Include this file in your version control repository
so that Terraform can guarantee to make the same selections by default when
you run "terraform init" in the future.`,
  `Terraform has made some changes to the provider dependency selections recorded
in the .terraform.lock.hcl file. Review those changes and commit them to your
version control system if they represent changes you intended to make.`,
])("leaves out what to do with the lock file, and nothing else", (hint) => {
  expect(passed(`- Installed tunnel\n\n${hint}\n\nDone.`)).toBe(
    "- Installed tunnel\n\n\nDone.",
  );
});

test("passes on what warns, fails and asks", () => {
  const text =
    "Warning: x\n\nError: Inconsistent dependency lock file\n\nThe following";
  expect(passed(text)).toBe(text);
});
