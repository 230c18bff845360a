import { loadAccount } from "../../local/account-file";

describe("the record that a request follows", () => {
  const account = loadAccount("guide");
  const record = (hostname: string) => account.dnsNames().leading(hostname)[0];
  const name = (hostname: string) => record(hostname)?.name;

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
    ["below a name that exists", "deep.comfyui.datacrew.space"],
    ["of another zone", "datacrew.example"],
  ])("is none for a host %s", (_why, hostname) => {
    expect(record(hostname)).toBeUndefined();
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
