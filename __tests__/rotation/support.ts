import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { readRotations, type Rotation } from "../../contract/rotations";
import { HOST, type Deployed } from "../secrets/deployed";

/** Where a rotation is told to write the pair. */
export const fileOf = (world: Deployed) => join(world.folder, "machine.env");

/** What a rotation is judged by. */
export function rotationOf(world: () => Deployed) {
  const token = () => {
    const found = [...world().account.serviceTokens.values()].find(
      ({ name }) => name === "comfyui-api",
    );
    if (!found) throw new Error("it is not deployed");
    return found;
  };
  return {
    token,
    entry(): Rotation | undefined {
      const all = readRotations(join(world().folder, "rotations.json"));
      return all?.comfyui?.["comfyui-api"];
    },
    async works(secret: string | undefined): Promise<boolean> {
      const { status } = await world().outside.ask(`https://${HOST}/`, {
        headers: {
          "cf-access-client-id": token().client_id,
          "cf-access-client-secret": secret ?? "",
        },
      });
      return status === 200;
    },
    stored: () =>
      parseEnv(readFileSync(fileOf(world()), "utf8"))
        .COMFYUI_ACCESS_CLIENT_SECRET,
  };
}
