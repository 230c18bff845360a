import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { attach, reattachProviders } from "../../terraform-plugin/attach";
import { installProvider } from "../../terraform-plugin/mirror";
import { files } from "./example/provider";
import { Workspace, type Mode } from "./workspace";

const ADDRESS = "example.test/acme/files";

test("is what the README shows", () => {
  const read = (...path: string[]) =>
    readFileSync(resolve(__dirname, ...path), "utf8");

  const page = read("../../terraform-plugin/README.md");
  for (const file of ["provider.ts", "main.ts"]) {
    const code = read("example", file).replace(
      "../../../terraform-plugin",
      "access-stacks/terraform-plugin",
    );
    expect(page).toContain(`\`\`\`ts ${file}\n${code}\`\`\``);
  }
});

test.each<Mode>(["attached", "launched"])(
  "%s, it keeps a file as configured",
  async (mode) => {
    const directory = mkdtempSync(join(tmpdir(), "plugin-test-"));
    const workspace = new Workspace(directory);
    const attached = await attach(files, ADDRESS);
    if (mode === "attached")
      workspace.env["TF_REATTACH_PROVIDERS"] = reattachProviders([attached]);
    else
      installProvider({
        address: ADDRESS,
        entry: resolve(__dirname, "example/main.ts"),
        stackDirectories: [directory],
      });
    const file = join(directory, "texts", "hello.txt");
    workspace.write({
      terraform: { required_providers: { files: { source: ADDRESS } } },
      provider: { files: { folder: join(directory, "texts") } },
      resource: {
        files_text: { hello: { name: "hello.txt", content: "Grüße" } },
      },
      output: { bytes: { value: "${files_text.hello.bytes}" } },
    });

    expect(await workspace.init()).toMatchObject({ code: 0 });
    expect((await workspace.apply()).text).toContain("bytes = 7");
    expect(readFileSync(file, "utf8")).toBe("Grüße");
    expect((await workspace.plan()).code).toBe(0);

    writeFileSync(file, "changed by hand");
    expect((await workspace.plan()).text).toContain(
      '~ content = "changed by hand" -> "Grüße"',
    );
    rmSync(file);
    expect((await workspace.plan()).text).toContain("1 to add");

    expect((await workspace.destroy()).code).toBe(0);
    await attached.close();
    workspace.remove();
  },
);
