import { openCloud, type Cloud } from "./cloud";
import { Workspace } from "./workspace";

/** A route's whole life with the real Terraform, in the order of the tests. */
describe("a route in a hand-made tunnel", () => {
  let cloud: Cloud;
  let workspace: Workspace;
  beforeAll(async () => {
    cloud = await openCloud();
    workspace = await Workspace.open(cloud);
  });
  afterAll(async () => {
    workspace.remove();
    await cloud.close();
  });

  const aud = "a".repeat(64);
  const protectedRoute = {
    hostname: "comfyui.datacrew.space",
    origin_request: {
      http_host_header: "comfyui.datacrew.space",
      connect_timeout: 10,
      access: { required: true, team_name: "datacrew", aud_tag: [aud] },
    },
  };

  test("the plan shows what stands there now and what a destroy will do", async () => {
    workspace.write({ it: protectedRoute });

    const plan = await workspace.plan();

    expect(plan.code).toBe(2);
    expect(plan.text).toContain(
      "Stands there now: comfyui.datacrew.space → http://caddy:80",
    );
    expect(plan.text).toContain("A destroy will put it back");
    expect(plan.text).toContain("+ replaced_rule = jsonencode(");
  });

  test("apply takes the rule's place with three calls", async () => {
    const calls = cloud.api.calls.length;
    expect((await workspace.apply()).text).toContain("1 added");
    const made = cloud.api.calls.slice(calls).map((call) => call.method);
    expect(made.slice(-3)).toEqual(["GET", "PUT", "GET"]);
    expect(cloud.rules()[2]).toEqual({
      hostname: "comfyui.datacrew.space",
      service: "http://caddy:80",
      originRequest: {
        httpHostHeader: "comfyui.datacrew.space",
        connectTimeout: 10,
        access: { required: true, teamName: "datacrew", audTag: [aud] },
      },
    });
    expect((await workspace.plan()).code).toBe(0);
  });
});
