import type { Config, ServiceConfig } from "../stacks/app";
import { APP, HOST, TOKEN } from "./accounts";

/** Code that takes over what was made by hand. */
export function configByHand(more: Partial<ServiceConfig> = {}): Config {
  return {
    loginMethod: { name: "Google" },
    services: {
      comfyui: {
        service: "comfyui",
        hostname: HOST,
        dnsRecord: "existing",
        allowedEmails: ["ada@datacrew.space"],
        tokens: [{ existing: TOKEN.id, name: "bot" }],
        existingApplication: APP,
        ...more,
      },
    },
  };
}
