/** Services by the number given, each in a stack of its own. */
import { comfyui } from "../services/comfyui";
import { loadSettings } from "../settings";
import { AccessStacks } from "../stacks/app";
import { ServiceStack } from "../stacks/service-stack";

AccessStacks.synthesize((app) => {
  const settings = loadSettings();
  for (let n = 1; n <= Number(process.argv[2]); n++)
    new ServiceStack(app, `comfyui-${n}`, {
      ...settings,
      loginMethod: settings.loginMethod.name,
      dnsRecord: settings.dnsRecords,
      service: comfyui,
      hostname: `comfyui-${n}.${settings.zone}`,
      serviceUrl: "http://caddy:80",
    });
});
