import type { Finding } from "../../review/findings/finding";
import { openedHosts } from "../../scripts/destroy-question";
import { isAllOf } from "../../scripts/prompt";

const finding = (subject: string, id = "becomes-public"): Finding => ({
  ...{ id, subject, severity: "error", text: "it is public" },
});

test("the names to type are hosts, each once, whatever places of theirs become public", () => {
  const hosts = openedHosts([
    finding("n8n.example.com"),
    finding("n8n.example.com/webhook"),
    finding("n8n.example.com/webhook/;"),
    finding("n8n.example.com ^/webhook"),
    finding("n8n.example.com/../webhook"),
    finding("*.example.com"),
    finding("other.example.com", "open"),
  ]);
  expect(hosts).toEqual(["n8n.example.com", "*.example.com"]);
  expect(isAllOf("*.example.com n8n.example.com", hosts)).toBe(true);
});
