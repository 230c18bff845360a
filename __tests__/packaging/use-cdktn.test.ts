import manifest from "../../package.json";

test("the way back from cdktn leads to the versions that the project has", () => {
  const { dependencies, devDependencies, overrides, scripts } = manifest;
  expect(scripts["use-cdktf"]).toContain(
    `dependencies.cdktf=${dependencies.cdktf} devDependencies.cdktf-cli=${devDependencies["cdktf-cli"]} `,
  );
  expect(Object.keys(overrides)).not.toContain("@cdktf/provider-cloudflare");
});
