import { comfyui } from "../../services/comfyui";
import { leadsStraight } from "../../services/straight";

test.each([
  ["http://comfyui:8188", true],
  ["http://localhost:8188", true],
  ["http://my-comfy.lan:8188", true],
  ["http://caddy:80", false],
  ["http://caddy", false],
  ["http://caddy:8080", false],
  ["https://caddy", false],
  ["http_status:404", false],
  ["unix:/run/comfyui.sock", false],
])("%s leads straight to ComfyUI: %s", (url, straight) => {
  expect(leadsStraight(url, comfyui)).toBe(straight);
});

test("a service on port 80 is told from Caddy by its name", () => {
  const page = { containerUrl: "http://page:80", localUrl: "http://localhost" };
  expect(leadsStraight("http://page:80", page)).toBe(true);
  expect(leadsStraight("http://caddy:80", page)).toBe(false);
});
