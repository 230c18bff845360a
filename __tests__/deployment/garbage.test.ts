import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Terraform } from "../../deployment/terraform";

test.each<[NodeJS.ProcessEnv, string]>([
  [{}, "400 192MiB"],
  [{ GOGC: "50" }, "50 192MiB"],
  [{ GOGC: "off", GOMEMLIMIT: "1GiB" }, "off 1GiB"],
])(
  "Terraform collects garbage late, or as it is told: %j",
  async (told, given) => {
    const dir = mkdtempSync(join(tmpdir(), "garbage-"));
    try {
      const program = join(dir, "terraform");
      writeFileSync(
        program,
        `#!/bin/sh\nprintf '{"it": {"value": "%s %s"}}' "$GOGC" "$GOMEMLIMIT"\n`,
        { mode: 0o700 },
      );
      const env = { TERRAFORM_BINARY_NAME: program, ...told };
      expect(await new Terraform(dir, { env }).outputs()).toEqual({
        it: given,
      });
    } finally {
      rmSync(dir, { recursive: true });
    }
  },
);
