import { mapOf } from "../../review/map";
import { mapPage } from "../../review/map-page";
import { allow, bypass, NOW, serviceAuth, state, type Host } from "./states";

const HOSTS: readonly Host[] = [
  {
    host: "app.example.com",
    service: "http://caddy:80",
    policies: [allow("ada@example.com", "ben@example.com"), serviceAuth("t1")],
  },
  { host: "open.example.com", policies: [bypass], checks: false },
  { host: "bare.example.com" },
];
const ACCOUNT = state(HOSTS, {
  tokens: [
    { id: "t1", name: "api", expires_at: "2026-12-01T00:00:00Z" },
    { id: "t2", name: "old", expires_at: "2026-11-01T00:00:00Z" },
    { id: "t3", name: "new", expires_at: "2027-11-01T00:00:00Z" },
  ],
});

const CODE = new Map([
  [
    "app.example.com",
    [
      { email: "ben@example.com", ends: new Date("2026-12-02T23:00:00Z") },
      { email: "out@example.com", ends: new Date("2026-11-02T23:00:00Z") },
    ],
  ],
]);

const map = () => mapOf(ACCOUNT, NOW, CODE);

test("says of each host who comes in, and by which rule", () => {
  const app = map().places.find(({ host }) => host === "app.example.com");
  expect(app).toMatchObject({
    path: "/",
    by: { service: "http://caddy:80" },
    open: false,
    reached: [
      { outcome: "login", who: ["ada@example.com", "ben@example.com"] },
      { outcome: "token", who: [expect.stringContaining("api")] },
    ],
  });
});

test("puts first what is open to anybody, past Access or past its login", () => {
  const { places } = map();
  expect(places.map(({ host, open }) => [host, open])).toEqual([
    ["bare.example.com", true],
    ["open.example.com", true],
    ["app.example.com", false],
  ]);
  expect(places[0]?.reached).toEqual([{ outcome: "public", who: ["anybody"] }]);
  expect(places[1]?.reached).toEqual([{ outcome: "open", who: ["anybody"] }]);
});

test("says why nobody comes in", () => {
  const shut = mapOf(state([{ host: "shut.example.com", policies: [] }]), NOW);
  expect(shut.places[0]).toMatchObject({ reached: [], open: false });
  expect(shut.places[0]?.why).toBeTruthy();
});

test("names what is over and what ends soon, and no other", () => {
  expect(map().endings).toEqual([
    { name: "service token old", at: "2026-11-01T00:00:00Z", isOver: true },
    { name: "service token api", at: "2026-12-01T00:00:00Z", isOver: false },
    // Whoever is out already ends no more.
    {
      name: "guest ben@example.com at app.example.com",
      at: "2026-12-02T23:00:00.000Z",
      isOver: false,
    },
  ]);
});

test("marks hosts that the code does not name, where it is known", () => {
  expect(map().notOfCode).toEqual(["bare.example.com", "open.example.com"]);
  expect(mapOf(ACCOUNT, NOW)).not.toHaveProperty("notOfCode");
});

describe("the page", () => {
  const page = () => mapPage(map(), "a".repeat(32), NOW);

  test("needs nothing else, and lets nothing run", () => {
    expect(page()).not.toMatch(/<script|<link|<img|src=|href=/);
    expect(page()).toMatch(/default-src 'none'; style-src 'sha256-/);
  });

  test("has every host, each with who comes in", () => {
    const text = page().replace(/<wbr>/g, "");
    for (const { host } of HOSTS) expect(text).toContain(`<h3>${host}`);
    expect(text).toContain("3 hosts with 3 places, 2 of them open to anybody.");
    expect(text.match(/not of main\.ts/g)).toHaveLength(2);
    expect(text).toContain("service token api");
  });

  test("takes names of the account for text", () => {
    const hostile = state([
      { host: "x.example.com", service: "http://<b>&\u001b[2J", policies: [] },
    ]);
    const text = mapPage(mapOf(hostile, NOW), "<i>", NOW);
    expect(text).toContain("http://&lt;b&gt;&amp;");
    for (const raw of ["<i>", "\u001b"]) expect(text).not.toContain(raw);
  });

  test("says so where there is nothing", () => {
    const text = mapPage(mapOf(state([]), NOW), "a", NOW);
    expect(text).toContain("leads no host to a service");
  });
});
