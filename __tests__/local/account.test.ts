import { loadAccount } from "../../local/account-file";

describe("the record that a request follows", () => {
  const account = loadAccount("guide");
  const name = (hostname: string) => account.proxiedRecord(hostname)?.name;

  test.each([
    ["comfyui.datacrew.space", "comfyui.datacrew.space"],
    ["ComfyUI.datacrew.space", "comfyui.datacrew.space"],
    ["datacrew.space", "datacrew.space"],
    ["preview.datacrew.space", "*.datacrew.space"],
    ["deep.preview.datacrew.space", "*.datacrew.space"],
  ])("of %s is %s", (hostname, record) => {
    expect(name(hostname)).toBe(record);
  });

  test.each([
    ["whose record is not proxied", "blog.datacrew.space"],
    ["below a name that exists", "deep.comfyui.datacrew.space"],
    ["of another zone", "datacrew.example"],
  ])("is none for a host %s", (_why, hostname) => {
    expect(account.proxiedRecord(hostname)).toBeUndefined();
  });
});

test("policies come in the order of their precedence, with their use counted", () => {
  const account = loadAccount("guide");
  const [grafana] = account.applications.values();
  const policies = account.policiesOf(grafana!);
  expect(policies.map(({ name }) => name)).toEqual([
    "Grafana reports",
    "Grafana operators",
  ]);
  expect(account.appCount(policies[0]!.id)).toBe(1);
  expect(account.appCount("none")).toBe(0);
});
