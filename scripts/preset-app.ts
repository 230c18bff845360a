import { PRESETS } from "../services/presets";
import { loadSettings } from "../settings";
import { AccessStacks } from "../stacks/app";
import { IdentityStack } from "../stacks/identity-stack";
import { ServiceStack } from "../stacks/service-stack";

/** A main.ts for one preset, at a label of the zone, as a rehearsal needs it. */
AccessStacks.synthesize((app) => {
  const [, , name = "", label = name] = process.argv;
  const preset = PRESETS[name];
  if (!preset) throw new Error(`There is no preset "${name}".`);
  const settings = loadSettings();
  const identity = new IdentityStack(app, "identity", settings);
  new ServiceStack(app, name, {
    ...settings,
    identity,
    loginMethod: settings.loginMethod.name,
    dnsRecord: settings.dnsRecords,
    service: preset.service,
    openPaths: preset.openPaths,
    hostname: `${label}.${settings.zone}`,
    serviceUrl: "http://caddy:80",
  });
});
