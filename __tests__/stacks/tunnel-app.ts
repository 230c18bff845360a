import { openWebui } from "../../services/open-webui";
import { loadSettings } from "../../settings";
import { AccessStacks } from "../../stacks/app";
import { IdentityStack } from "../../stacks/identity-stack";
import { ServiceStack } from "../../stacks/service-stack";
import { TunnelStack } from "../../stacks/tunnel-stack";

if (require.main === module)
  AccessStacks.synthesize((app) => {
    const settings = loadSettings();
    new ServiceStack(app, "chat", {
      ...settings,
      tunnelStack: new TunnelStack(app, "tunnel", settings),
      identity: new IdentityStack(app, "identity", settings),
      loginMethod: settings.loginMethod.name,
      service: openWebui,
      hostname: `fresh.${settings.zone}`,
      serviceUrl: "http://fresh:8080",
    });
  });
