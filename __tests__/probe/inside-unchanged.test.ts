import { hostUnchanged } from "../../probe/checks/inside-unchanged";
import type { Deployed, World } from "../../probe/world";

const DEPLOYED: Deployed = {
  name: "comfyui",
  hostname: "comfyui.example.com",
  aud: "a".repeat(64),
  teamName: "team",
  pageText: "ComfyUI",
  apiPath: "/queue-info",
  localUrl: "http://localhost:8188",
  containerUrl: "http://comfyui:8188",
};

/** What is found where the service on this machine answers so. */
function found(ask: NonNullable<World["host"]>["ask"]) {
  const nobody = () => Promise.reject(new Error("not asked"));
  return hostUnchanged.run(DEPLOYED, {
    ask: nobody,
    openSocket: nobody,
    host: { ask },
  });
}

const answering = (status: number) =>
  found(async () => ({ status, headers: new Headers(), text: "" }));

test.each([
  [404, "the service runs, and has no such path", "apiPath"],
  [302, "the service runs, and answers 302 instead of 200", "apiPath"],
  [500, "the service itself fails", "its log"],
])("%d is told as what it is", async (status, cause, remedy) => {
  expect(await answering(status)).toMatchObject({
    status: "broken",
    seen: `${status} at http://localhost:8188/queue-info`,
    cause: expect.stringContaining(cause),
    remedy: expect.stringContaining(remedy),
  });
});

test("a service that is not there is named with the reason", async () => {
  const refused = Object.assign(new Error("fetch failed"), {
    cause: Object.assign(new Error("connect"), { code: "ECONNREFUSED" }),
  });
  expect(await found(() => Promise.reject(refused))).toMatchObject({
    seen: "no answer at http://localhost:8188/queue-info (ECONNREFUSED)",
    remedy: expect.stringContaining("check that it runs"),
  });
});
