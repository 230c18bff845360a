import {
  nobody,
  nothing,
  person,
  sentenceOf,
  token,
  type AccessPromise,
} from "../../contract/promises";
import { toJunit } from "../../probe/junit";
import { probe, type Result } from "../../probe/probe";
import { cast } from "../../rehearsal/cast";
import { Service } from "./world";

let service: Service;
beforeAll(async () => {
  service = await Service.deploy();
  await service.open("/queue");
});
afterAll(() => service.close());

/** What comes of promises, by their names. */
async function tried(
  promises: readonly AccessPromise[],
): Promise<Record<string, Result["finding"]>> {
  const { token } = service.deployed;
  const named = { ...token!, name: "comfyui-api" };
  const deployed = { ...service.deployed, token: named, promises };
  const results = await probe(deployed, service.world(), { checks: [] });
  return Object.fromEntries(
    results.map(({ check, finding }) => [check.promise, finding]),
  );
}

const people = () => {
  const { allowed, other } = cast(service.account);
  return { allowed: allowed.email, other: other.email };
};

test("keeps what holds, by requests of everyone that it is about", async () => {
  const { allowed, other } = people();
  const promises = [
    nobody.reaches("/queue").andNothingElse(),
    person(allowed).reaches("/*"),
    person(other).reaches("/queue").andNothingElse(),
    token("comfyui-api").reaches("/system_stats"),
  ];
  const found = await tried(promises);
  expect(Object.keys(found)).toEqual(promises.map(sentenceOf));
  expect(Object.values(found).map(({ status }) => status)).toEqual(
    promises.map(() => "kept"),
  );
});

test("breaks each that does not hold, with the request and how to find out why", async () => {
  const { allowed, other } = people();
  const promises = [
    nobody.reaches("/system_stats"),
    nobody.reaches(nothing),
    person(allowed).reaches(nothing),
    person(other).reaches("/system_stats"),
    token("comfyui-api").reaches("/queue").andNothingElse(),
  ];
  const found = await tried(promises);
  expect(Object.values(found)).toEqual([
    expect.objectContaining({
      status: "broken",
      cause: "Access or the tunnel refuses it",
      remedy:
        "see what refuses it: npm run why -- nobody https://comfyui.datacrew.space/system_stats",
    }),
    expect.objectContaining({ status: "broken", seen: "200 at /queue" }),
    expect.objectContaining({
      status: "broken",
      seen: "200 at /",
      remedy: `see what lets it through: npm run why -- ${allowed} https://comfyui.datacrew.space/`,
    }),
    expect.objectContaining({ status: "broken" }),
    expect.objectContaining({
      status: "broken",
      cause: "it gets through where the promise says that it does not",
    }),
  ]);
});

test("says what it has nobody for", async () => {
  const found = await tried([
    person("eve@example.org").reaches(nothing),
    token("gone").reaches("/*"),
  ]);
  expect(Object.values(found)).toEqual([
    expect.objectContaining({
      status: "not checked",
      why: "nobody here can log in as eve@example.org; npm run review proves it",
    }),
    expect.objectContaining({ status: "not checked" }),
  ]);
});

test("is in JUnit under the name that the review has for it", async () => {
  const { other } = people();
  const promise = person(other).reaches("/system_stats");
  const deployed = { ...service.deployed, promises: [promise] };
  const results = await probe(deployed, service.world(), { checks: [] });
  const xml = toJunit(new Map([["comfyui", results]]));
  expect(xml).toContain(`name="${sentenceOf(promise)}"`);
  expect(xml).toContain("<failure");
});
