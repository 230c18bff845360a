import { decide } from "../../access/decide";
import type { Group, Rule } from "../../access/model";
import type { AccessRequest } from "../../access/request";
import { ANA, app, country, email, person, policy, request } from "./examples";
import { holds, type Row } from "./holds";

describe("where and how the request comes", () => {
  const certificate = { commonName: "laptop" };
  test.each<Row>([
    ["its country in any case", country("pt"), {}, "yes"],
    ["another country", country("US"), {}, "no"],
    [
      "a country, where it is not known",
      country("PT"),
      { country: undefined },
      ["country"],
    ],
    ["its address", { ip: { ip: "203.0.113.0/24" } }, {}, "yes"],
    [
      "an address, where it is not known",
      { ip: { ip: "203.0.113.0/24" } },
      { ip: undefined },
      ["ip"],
    ],
    [
      "an address written wrongly",
      { ip: { ip: "203.0.113" } },
      {},
      ["unclear:1"],
    ],
    [
      "an IP list that is not given",
      { ip_list: { id: "l1" } },
      {},
      ["ip_list:l1"],
    ],
    ["any certificate", { certificate: {} }, { certificate }, "yes"],
    ["any certificate, without one", { certificate: {} }, {}, "no"],
    [
      "any certificate, where it is not known",
      { certificate: {} },
      { certificate: undefined },
      ["certificate"],
    ],
    [
      "a certificate by name",
      { common_name: { common_name: "laptop" } },
      { certificate },
      "yes",
    ],
    [
      "a certificate by another name",
      { common_name: { common_name: "phone" } },
      { certificate },
      "no",
    ],
    [
      "a linked app token",
      { linked_app_token: { app_uid: "a1" } },
      { linkedAppToken: "a1" },
      "yes",
    ],
    [
      "a linked app token of another application",
      { linked_app_token: { app_uid: "a1" } },
      { linkedAppToken: "a2" },
      "no",
    ],
    [
      "a linked app token, where it is not known",
      { linked_app_token: { app_uid: "a1" } },
      { linkedAppToken: undefined },
      ["linked_app_token"],
    ],
    [
      "device posture",
      { device_posture: { integration_uid: "d1" } },
      {},
      ["device_posture:d1"],
    ],
    [
      "device posture that the caller knows",
      { device_posture: { integration_uid: "d1" } },
      { known: { "device_posture:d1": true } },
      "yes",
    ],
    [
      "device posture that the caller knows to fail",
      { device_posture: { integration_uid: "d1" } },
      { known: { "device_posture:d1": false } },
      "no",
    ],
    [
      "a service token in an allow policy, without one",
      { service_token: { token_id: "t1" } },
      {},
      "no",
    ],
    [
      "a service token in an allow policy, with another",
      { service_token: { token_id: "t1" } },
      { serviceToken: { state: "valid", id: "t2" } },
      "no",
    ],
    [
      "a service token in an allow policy, with a login beside it",
      { service_token: { token_id: "t1" } },
      { serviceToken: { state: "valid", id: "t1" } },
      ["service_token_with_login"],
    ],
  ])("%s", (_, rule, more, expected) => {
    expect(holds(rule, more)).toEqual(expected);
  });
});

describe("rules as Terraform and the API write them", () => {
  test.each<[string, Rule, ReturnType<typeof holds>]>([
    [
      "unused keys with null are ignored",
      { email: { email: "ana@example.com" }, everyone: null, geo: null },
      "yes",
    ],
    [
      "null in the values is ignored",
      { email: { email: "ana@example.com", other: null } },
      "yes",
    ],
    [
      "a value that is not known yet",
      { email: { email: null } },
      ["unclear:1"],
    ],
    ["a rule without a selector", { everyone: null }, ["unclear:1"]],
    [
      "a rule with several selectors",
      { everyone: {}, email: { email: "x@example.com" } },
      ["unclear:1"],
    ],
    [
      "a selector that nobody knows yet",
      { moon_phase: { phase: "full" } },
      ["unclear:1"],
    ],
    [
      "a selector named like something every object has",
      { constructor: {} },
      ["unclear:1"],
    ],
  ])("%s", (_, rule, expected) => {
    expect(holds(rule)).toEqual(expected);
  });

  test("two unclear rules need not have the same answer", () => {
    const unclear: Rule = { moon_phase: {} };
    const decision = decide(
      {
        applications: [
          app([policy("allow", [unclear], { exclude: [unclear] })]),
        ],
      },
      request({ identity: ANA }),
    );
    expect(decision.dependsOn.map(({ id }) => id)).toEqual([
      "unclear:1",
      "unclear:2",
    ]);
  });

  test("an unclear rule says what it is and where it stands", () => {
    const decision = decide(
      { applications: [app([policy("allow", [{ moon_phase: {} }])])] },
      request({ identity: ANA }),
    );
    expect(decision.dependsOn[0]?.text).toBe(
      'the selector moon_phase, which this version does not know, in policy "allow"',
    );
  });
});

describe("lists", () => {
  const lists = [
    { id: "people", items: [{ value: "ANA@example.com" }] },
    {
      id: "office",
      items: [{ value: "203.0.113.0/24" }, { value: "2001:db8::/32" }],
    },
    { id: "broken", items: [{ value: "office" }] },
  ];

  test.each<[string, Rule, Partial<AccessRequest>, ReturnType<typeof holds>]>([
    ["an e-mail on the list", { email_list: { id: "people" } }, {}, "yes"],
    [
      "an e-mail not on the list",
      { email_list: { id: "people" } },
      { identity: person("bob@example.com") },
      "no",
    ],
    ["an address on the list", { ip_list: { id: "office" } }, {}, "yes"],
    [
      "an address not on the list",
      { ip_list: { id: "office" } },
      { ip: "198.51.100.1" },
      "no",
    ],
    [
      "a list with an address written wrongly",
      { ip_list: { id: "broken" } },
      {},
      ["ip_list:broken"],
    ],
  ])("%s", (_, rule, more, expected) => {
    expect(holds(rule, more, { lists })).toEqual(expected);
  });
});

// https://developers.cloudflare.com/cloudflare-one/access-controls/policies/groups/
describe("rule groups", () => {
  const inGroup = (id: string): Rule => ({ group: { id } });
  const groups: Group[] = [
    { id: "iberia", include: [country("PT"), country("ES")] },
    {
      id: "outer",
      include: [inGroup("iberia")],
      exclude: [email("bob@example.com")],
    },
    { id: "empty", include: [] },
    {
      id: "circle",
      name: "round",
      include: [inGroup("circle"), email("ana@example.com")],
    },
  ];

  test.each<[string, string, Partial<AccessRequest>, ReturnType<typeof holds>]>(
    [
      ["hold by any of their include rules", "iberia", {}, "yes"],
      ["do not hold by none", "iberia", { country: "US" }, "no"],
      ["hold through another group", "outer", {}, "yes"],
      ["exclude", "outer", { identity: person("bob@example.com") }, "no"],
      ["hold for nobody without an include rule", "empty", {}, "no"],
      ["that are not given are not guessed", "missing", {}, ["group:missing"]],
      [
        "that contain themselves hold by their other rules",
        "circle",
        {},
        "yes",
      ],
      [
        "that contain themselves are else not guessed",
        "circle",
        { identity: person("bob@example.com") },
        ["group:circle"],
      ],
    ],
  )("%s", (_, id, more, expected) => {
    expect(holds(inGroup(id), more, { groups })).toEqual(expected);
  });
});
