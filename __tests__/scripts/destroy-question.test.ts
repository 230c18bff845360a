import type { Finding } from "../../review/findings/finding";
import type { ResourceChange } from "../../deployment/terraform";
import { lacksGivenBack, openedHosts } from "../../scripts/destroy-question";
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

describe("what gives back an application, approved and no longer planned", () => {
  const change = (type: string, hostname: string): ResourceChange => ({
    ...{ address: `${type}.${hostname}`, type, actions: ["delete"] },
    ...{ before: { hostname }, after: null },
  });
  const route = change("tunnel_route", "a.example.com");
  const application = change("tunnel_existing_application", "a.example.com");
  const onPath = change("tunnel_existing_application", "a.example.com/hook");

  test("is missed with its host's rule, which goes first", () => {
    const all = [route, application, onPath];
    expect(lacksGivenBack(all, all)).toBe(false);
    expect(lacksGivenBack([route, onPath], all)).toBe(true);
    expect(lacksGivenBack([route, application], all)).toBe(true);
    expect(lacksGivenBack([application], all)).toBe(false);
    expect(lacksGivenBack([], all)).toBe(false);
  });
});
