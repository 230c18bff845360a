import { fetchSite, ownScript, ownWebSocket } from "../../probe/fetch-metadata";

const HOST = "https://comfyui.example.com/";
const TEAM = "https://team.cloudflareaccess.com/cdn-cgi/access/callback";
const GOOGLE = "https://accounts.google.com/o/oauth2/v2/auth";

// https://w3c.github.io/webappsec-fetch-metadata/#sec-fetch-site-header
test.each([
  ["a typed address", undefined, [HOST], "none"],
  ["a typed address that redirects", undefined, [HOST, TEAM, GOOGLE], "none"],
  ["a link of the same host", HOST, [`${HOST}queue`], "same-origin"],
  ["another host of the site", "https://example.com/", [HOST], "same-site"],
  ["another scheme", "http://example.com/", [HOST], "cross-site"],
  ["another site", GOOGLE, [HOST], "cross-site"],
  [
    "a site below a public suffix",
    "https://a.co.uk",
    ["https://b.co.uk"],
    "cross-site",
  ],
  ["the way back from a login", GOOGLE, [GOOGLE, TEAM, HOST], "cross-site"],
  ["a detour over another site", HOST, [HOST, TEAM, HOST], "cross-site"],
])("%s", (_what, page, chain, site) => {
  expect(fetchSite(page, chain)).toBe(site);
});

test("a page's own script names its origin where it changes something", () => {
  expect(ownScript(`${HOST}queue`)).not.toHaveProperty("origin");
  expect(ownScript(`${HOST}prompt`, "POST")).toMatchObject({
    origin: "https://comfyui.example.com",
  });
});

test("a page's own WebSocket names its origin as a page has it", () => {
  expect(ownWebSocket("wss://comfyui.example.com/ws")).toMatchObject({
    origin: "https://comfyui.example.com",
    "sec-fetch-mode": "websocket",
  });
});
