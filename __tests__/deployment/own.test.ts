import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CONFIGURATION } from "../../base/synthesized";
import { ownObjects, outputsOf } from "../../deployment/own";

const dir = mkdtempSync(join(tmpdir(), "own-"));
afterAll(() => rmSync(dir, { recursive: true }));

/** A stack's folder with this in its configuration. */
function stack(configuration: object) {
  writeFileSync(join(dir, CONFIGURATION), JSON.stringify(configuration));
  return { name: "comfyui", dir, dependencies: [] } as never;
}

test("what a stack has is said as Terraform will have it", () => {
  const values = {
    name: "${data.x.y.name}",
    purpose_justification_prompt: "why $${x} %%{ or $",
    session_duration: "24h",
  };
  const [policy] = ownObjects(stack({ resource: { t: { p: values } } }), []);
  expect(policy?.values).toEqual({
    purpose_justification_prompt: "why ${x} %{ or $",
    session_duration: "24h",
  });
});

test("so is what it puts out", () => {
  const value = { allowed_groups: ["$${by.hand}"], aud: "${x.y.aud}" };
  expect(outputsOf(stack({ output: { service: { value } } }))).toEqual({
    service: { allowed_groups: ["${by.hand}"], aud: "${x.y.aud}" },
  });
});
