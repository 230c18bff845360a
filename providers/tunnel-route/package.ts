import { extname, join } from "node:path";
import type { ProviderScript } from "../../terraform-plugin/mirror";

const ADDRESS = "access-stacks.local/access-stacks/tunnel";

/** The provider of `tunnel_route`, as it is installed into a stack's folder. */
export const TUNNEL_PROVIDER: ProviderScript =
  // A package has it in one file: nothing is built where it is installed.
  extname(__filename) === ".ts"
    ? { address: ADDRESS, entry: join(__dirname, "main.ts") }
    : {
        address: ADDRESS,
        entry: join(__dirname, "main.bundle.js.br"),
        bundled: true,
      };
