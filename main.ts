import { AccessStacks } from "./stacks/app";
import { comfyui } from "./services/comfyui";
import { loadSettings } from "./settings";
import { IdentityStack } from "./stacks/identity-stack";
import { ServiceStack } from "./stacks/service-stack";

AccessStacks.synthesize((app) => {
  const settings = loadSettings();
  const identity = new IdentityStack(app, "identity", settings);
  const shared = {
    ...settings,
    identity,
    loginMethod: settings.loginMethod.name,
    dnsRecord: settings.dnsRecords,
  };

  new ServiceStack(app, "comfyui", {
    ...shared,
    service: comfyui,
    hostname: `comfyui.${settings.zone}`,
    serviceUrl: "http://caddy:80",
  });

  // Another service is one more instance.
});
