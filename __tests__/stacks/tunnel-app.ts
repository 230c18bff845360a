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
      service: {
        name: "Fresh",
        pageText: "Fresh",
        apiPath: "/api",
        containerUrl: "http://fresh:8080",
        localUrl: "http://localhost:8080",
      },
      hostname: `fresh.${settings.zone}`,
      serviceUrl: "http://fresh:8080",
    });
  });
