import { comfyui } from "../../services/comfyui";
import { loadSettings } from "../../settings";
import { AccessStacks } from "../../stacks/app";
import { ServiceStack } from "../../stacks/service-stack";

/** A main.ts with a fault in every service. */
AccessStacks.synthesize((app) => {
  const settings = loadSettings();
  const shared = {
    ...settings,
    loginMethod: settings.loginMethod.name,
    service: comfyui,
    serviceUrl: "http://caddy:80",
    allowedEmails: ["ann@example.com"],
  };
  new ServiceStack(app, "outside", {
    ...shared,
    hostname: "comfyui.elsewhere.example",
  });
  new ServiceStack(app, "deep", {
    ...shared,
    hostname: `a.b.${settings.zone}`,
  });
  new ServiceStack(app, "nobody", {
    ...shared,
    hostname: `comfyui.${settings.zone}`,
    allowedEmails: [],
    allowedEmailDomains: [],
  });
});
